'use client'
// The page in place of one that failed.

import { Unavailable } from '../components/unavailable.tsx'

export default function ErrorPage({ retry }: { error: unknown; retry: () => void }) {
  return <Unavailable retry={retry} />
}
