// The frame of the bench's page, in the styles of the demo.

import '../../../apps/demo/app/styles/tokens.css'
import '../../../apps/demo/app/styles/base.css'
import '../../../apps/demo/app/styles/layout.css'
import '../../../apps/demo/app/styles/forms.css'
import '../../../apps/demo/app/styles/parts.css'
import type { ReactNode } from 'react'

// biome-ignore lint/style/noDefaultExport: Next asks for one.
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <main className="content">{children}</main>
      </body>
    </html>
  )
}
