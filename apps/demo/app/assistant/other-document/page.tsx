// The question before another document takes the place of this one.

import type { Metadata } from 'next'
import { ConfirmPage } from '../../../components/assistant/confirm/confirm-page.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

const title = 'Choose another document?'

export const generateMetadata = (): Promise<Metadata> => sessionTitle(title, { pages, flow })

export default function Page() {
  return (
    <ConfirmPage
      type="document.dropped"
      title={title}
      text={[
        'This document is deleted, with all that was said about it, on every device.',
        'It cannot be brought back.',
      ]}
      agree="Delete it"
    />
  )
}
