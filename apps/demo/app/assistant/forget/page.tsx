// The question before all that was said is forgotten.

import type { Metadata } from 'next'
import { ConfirmPage } from '../../../components/assistant/confirm/confirm-page.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

const title = 'Forget what was said?'

export const generateMetadata = (): Promise<Metadata> => sessionTitle(title, { pages, flow })

export default function Page() {
  return (
    <ConfirmPage
      type="history.forgotten"
      title={title}
      text={[
        'All questions and answers are deleted, on every device.',
        'They cannot be brought back.',
        'The document stays, and you can ask about it again.',
      ]}
      agree="Forget it all"
    />
  )
}
