// The devices that have the application open.

import type { Metadata } from 'next'
import { Devices } from '../../../components/devices/devices.tsx'
import { applicationPages } from '../../../flows/application/pages.ts'
import { application } from '../../../lib/server.ts'

export const metadata: Metadata = { title: 'Devices – Residency application' }

type DevicesPage = { searchParams: Promise<{ problem?: string | string[]; done?: string | string[] }> }

export default async function Page({ searchParams }: DevicesPage) {
  const { problem, done } = await searchParams
  return (
    <Devices
      pages={applicationPages}
      flow={application}
      problem={typeof problem === 'string' ? problem : undefined}
      done={done !== undefined}
    />
  )
}
