// The page that hands a session to another device, for any flow.

import type { Flow, ViewDevice } from 'dogear'
import { callFlow } from 'dogear/next'
import { publicUrl } from '../../lib/addresses.ts'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { readView } from '../../lib/read-view.ts'
import { http } from '../../lib/server.ts'
import { BackLink, Link } from '../link.tsx'
import { LocalTime } from '../local-time.tsx'
import { UnavailablePage } from '../unavailable-page.tsx'
import { HandoffForm } from './handoff-form.tsx'
import { SessionPage } from './session-page.tsx'

export async function HandOver({ pages, flow }: { pages: FlowPages; flow: Flow }) {
  const view = await readView(flow)
  if (!view) return <UnavailablePage />
  const { body } = await callFlow(http, `/${pages.flow}/devices`)
  const { devices = [] } = (body ?? {}) as { devices?: ViewDevice[] }
  return (
    <SessionPage pages={pages} view={view}>
      <div className="stack measure">
        <BackLink href={pages.base}>Back</BackLink>
        <h1 tabIndex={-1}>{pages.handoffLabel}</h1>
        <p className="lede">
          Everything you entered comes along, also what you have typed and not sent. Nobody needs an account for it.
        </p>
        {view.expiresAt !== null && (
          <p>
            Your answers are kept until <LocalTime at={view.expiresAt} as="date" />, and longer whenever you go on.
          </p>
        )}
        <HandoffForm pages={pages} view={view} codePage={`${new URL(publicUrl).host}/handoff`} />
        {devices.length > 1 && (
          <p>
            <Link href={`${pages.base}/devices`}>{devices.length} devices have this open</Link>
          </p>
        )}
      </div>
    </SessionPage>
  )
}
