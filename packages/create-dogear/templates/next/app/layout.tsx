import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import '../components/style.css'

export const metadata: Metadata = { icons: '/icon.svg' }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
