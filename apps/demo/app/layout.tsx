// The frame around every page.

import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/forms.css'
import './styles/choices.css'
import './styles/parts.css'
import './styles/order.css'
import './styles/application.css'
import './styles/devices.css'
import type { Metadata, Viewport } from 'next'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { FocusOnNavigation } from '../components/focus-on-navigation.tsx'
import { SiteHeader } from '../components/site-header.tsx'

export const metadata: Metadata = {
  title: 'Marginalia – a Dogear demonstration',
  description: 'A checkout that keeps your place.',
  robots: { index: false },
  formatDetection: { telephone: false, address: false, email: false },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf7f1' },
    { media: '(prefers-color-scheme: dark)', color: '#15181a' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Scripts carry a nonce of their request, so no page can be made ahead of one.
  await connection()
  return (
    <html lang="en">
      <body>
        <a className="skip-link" href="#content">
          Skip to content
        </a>
        <FocusOnNavigation />
        <SiteHeader />
        <main className="content" id="content" tabIndex={-1}>
          {children}
        </main>
        <footer className="site-footer">
          <p>A demonstration of Dogear. This bookshop does not exist: nothing is charged, and nothing is delivered.</p>
        </footer>
      </body>
    </html>
  )
}
