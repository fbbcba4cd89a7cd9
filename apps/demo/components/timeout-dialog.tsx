'use client'
// Something ends soon: a dialog that says so once, and offers more time.

import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useWords } from './words.tsx'

type TimeoutDialogProps = {
  /** The time of the end. Another time makes it another warning. */
  dueAt: number | null
  /** True between the time of the warning and the end. */
  warn: boolean
  title: string
  extendLabel: string
  onExtend: () => unknown
  children: ReactNode
}

export function TimeoutDialog({ dueAt, warn, title, extendLabel, onExtend, children }: TimeoutDialogProps) {
  const { t } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const id = useId()
  // The close event comes late: by then the dialog may be about another end.
  const shownFor = useRef(dueAt)
  const [heard, setHeard] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)
  const open = warn && dueAt !== null && heard !== dueAt

  useEffect(() => {
    const box = dialog.current
    if (!box || open === box.open) return
    if (!open) return box.close()
    box.showModal()
    shownFor.current = dueAt
    // The heading, not the button: someone who is typing must not press it without having read it.
    heading.current?.focus()
  }, [open, dueAt])

  async function extend() {
    setBusy(true)
    await onExtend()
    setBusy(false)
    setHeard(dueAt)
  }

  return (
    <dialog
      ref={dialog}
      className="timeout"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      aria-busy={busy}
      onClose={() => setHeard(shownFor.current)}
    >
      <h2 id={`${id}-title`} tabIndex={-1} ref={heading}>
        {title}
      </h2>
      <div id={`${id}-text`}>{children}</div>
      <div className="actions">
        <button type="button" className="button" onClick={extend}>
          {extendLabel}
        </button>
        <button type="button" className="button quiet" onClick={() => setHeard(dueAt)}>
          {t('Close')}
        </button>
      </div>
    </dialog>
  )
}
