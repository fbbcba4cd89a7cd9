// The application, handed to another device.

import type { Metadata } from 'next'
import { ContinueElsewhere } from '../../../components/devices/hand-over.tsx'
import { applicationPages } from '../../../flows/application/pages.ts'
import { application } from '../../../lib/server.ts'

export const metadata: Metadata = { title: 'Save and come back later – Residency application' }

export default function Page() {
  return <ContinueElsewhere pages={applicationPages} flow={application} />
}
