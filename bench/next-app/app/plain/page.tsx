// The address form of the demo with its answers in React state, and nowhere else.

import { connection } from 'next/server'
import { PlainForm } from './plain-form.tsx'

// biome-ignore lint/style/noDefaultExport: Next asks for one.
export default async function Page() {
  // Made for each request, as the demo's pages are.
  await connection()
  return <PlainForm />
}
