'use client'
// The task list: how far each section is, and where to go on.

import { applicationPages } from '../../flows/application/pages.ts'
import type { Task, TaskStatus } from '../../flows/application/tasks.ts'
import { stepUrl } from '../../lib/view.ts'
import { Link } from '../link.tsx'
import { useWords } from '../words.tsx'

export function TaskList({ tasks }: { tasks: readonly Task[] }) {
  const { t } = useWords()
  return (
    <ul className="task-list fill">
      {tasks.map(({ id, title, status, path }) => (
        <li key={id}>
          {path === undefined ? (
            <span>{t(title)}</span>
          ) : (
            <Link href={stepUrl(applicationPages, path)} aria-describedby={`${id}-status`}>
              {t(title)}
            </Link>
          )}
          <span id={`${id}-status`} className="task-status" data-status={tones[status]}>
            {t(status)}
          </span>
        </li>
      ))}
    </ul>
  )
}

const tones: Readonly<Record<TaskStatus, string>> = {
  Completed: 'done',
  'In progress': 'begun',
  'Not started': 'open',
  'Cannot start yet': 'later',
}
