'use client'
// What is shown instead of a page that failed.

import { Unavailable } from '../components/unavailable.tsx'

export default function ErrorPage({ retry }: { error: unknown; retry: () => void }) {
  return <Unavailable retry={retry} />
}
