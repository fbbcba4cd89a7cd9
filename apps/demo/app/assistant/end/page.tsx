// The question before the conversation ends.

import type { Metadata } from 'next'
import { ConfirmPage } from '../../../components/assistant/confirm/confirm-page.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

const title = 'End the conversation?'

export const generateMetadata = (): Promise<Metadata> => sessionTitle(title, { pages, flow })

export default function Page() {
  return (
    <ConfirmPage
      type="conversation.ended"
      title={title}
      text={['It then takes no more questions.', 'What was said last can still be read, on every device.']}
      agree="End it"
    />
  )
}
