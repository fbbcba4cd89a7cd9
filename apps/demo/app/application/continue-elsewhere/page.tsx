// The application, handed to another device.

import type { Metadata } from 'next'
import { HandOver } from '../../../components/devices/hand-over.tsx'
import { applicationPages } from '../../../flows/application/pages.ts'
import { application } from '../../../lib/server.ts'

export const metadata: Metadata = { title: 'Save and come back later – Residency application' }

export default function Page() {
  return <HandOver pages={applicationPages} flow={application} />
}
