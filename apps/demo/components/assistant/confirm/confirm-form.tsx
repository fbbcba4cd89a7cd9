'use client'
// The button of a question about the conversation as a whole.

import { FlowForm, useFlow } from 'dogear/react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { AssistantView } from '../../../flows/assistant/flow.ts'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { currentUrl } from '../../../lib/view.ts'
import { Notice } from '../../notice.tsx'
import { useAlert } from '../../use-alert.ts'

type ConfirmFormProps = { view: AssistantView; type: AssistantView['accepts'][number]; label: string }

export function ConfirmForm({ view, type, label }: ConfirmFormProps) {
  const flow = useFlow<AssistantView>({ url: pages.url, view })
  const router = useRouter()
  const [code, setCode] = useState<string>()
  const alert = useAlert(code)
  return (
    <>
      <Notice code={code} alert={alert} pages={pages} />
      <FlowForm
        flow={flow}
        type={type}
        autosave={false}
        onReply={(reply) => {
          if (reply.ok) router.push(currentUrl(pages, reply.view))
          else setCode(reply.problem.code)
        }}
      >
        <button type="submit" className="button">
          {label}
        </button>
      </FlowForm>
    </>
  )
}
