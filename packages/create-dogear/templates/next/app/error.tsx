'use client'
// The page in place of one that failed. Nothing that was saved is lost with it.
import { Notice } from '../components/notice'

export default function ErrorPage({ retry }: { retry: () => void }) {
  return (
    <Notice title="This page cannot be shown just now">
      <p>That is our fault. What you have entered is kept.</p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </Notice>
  )
}
