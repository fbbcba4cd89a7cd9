// The devices that have a session open, for any flow: which they are, and taking them off the list.

import type { Flow, ViewDevice } from 'dogear'
import { callFlow } from 'dogear/next'
import { revokeDevice } from '../../lib/devices/actions.ts'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { localPath } from '../../lib/local-path.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { readView } from '../../lib/read-view.ts'
import { http } from '../../lib/server.ts'
import { ageOf } from '../../lib/words.ts'
import { wordsHere } from '../../lib/words-here.ts'
import { ActionForm } from '../action-form.tsx'
import { BackLink, ButtonLink, Link } from '../link.tsx'
import { UnavailablePage } from '../unavailable-page.tsx'
import { ProblemNotice } from './problem-notice.tsx'
import { SessionPage } from './session-page.tsx'

type DevicesProps = { pages: FlowPages; flow: Flow; searchParams: SearchParams }

export async function Devices({ pages, flow, searchParams }: DevicesProps) {
  const { t } = await wordsHere()
  const one = await readQuery(searchParams)
  const [problem, done] = [one('problem'), one('done') !== undefined]
  // A person who has just signed in is asked about the devices that joined before, and goes on from here.
  const askedFor = one('asked') === undefined ? undefined : localPath(one('next'), pages.base)
  const view = await readView(flow, pages)
  if (!view) return <UnavailablePage />
  const { body } = await callFlow(http, `/${pages.flow}/devices`)
  const { devices = [] } = (body ?? {}) as { devices?: ViewDevice[] }
  const others = devices.filter(({ here }) => !here)
  const asks = askedFor !== undefined && others.length > 0
  return (
    <SessionPage pages={pages} view={view}>
      <div className="stack measure">
        <BackLink href={pages.base}>{t('Back')}</BackLink>
        {problem && <ProblemNotice code={problem} />}
        {done && !problem && (
          <div className="notice" role="status">
            <h2>{t('Access ended')}</h2>
            <p>{t(`The device no longer shows your ${pages.noun}.`)}</p>
          </div>
        )}
        <h1 tabIndex={-1}>{asks ? t('Are these devices yours?') : t('Devices')}</h1>
        <p className="lede">
          {devices.length === 0
            ? t('Nothing is saved yet, so it is open on no device.')
            : t(`These devices have your ${pages.noun} open. Each shows what the others enter.`)}{' '}
          {asks && t('They had it open before you signed in: remove each one that you do not know.')}
        </p>
        <ul className="cards fill">
          {devices.map((device) => (
            <DeviceCard key={device.id} device={device} pages={pages} now={http.engine.now()} />
          ))}
        </ul>
        {others.length > 1 && (
          <ActionForm action={revokeDevice} fields={{ flow: pages.flow, device: 'others' }} look="button quiet">
            {t('Remove all other devices')}
          </ActionForm>
        )}
        {asks ? (
          <ButtonLink href={askedFor}>{t('They are mine')}</ButtonLink>
        ) : (
          <Link href={`${pages.base}/continue-elsewhere`}>{t(pages.handoffLabel)}</Link>
        )}
      </div>
    </SessionPage>
  )
}

async function DeviceCard({ device, pages, now }: { device: ViewDevice; pages: FlowPages; now: number }) {
  const words = await wordsHere()
  const { t } = words
  const { id, label, seenAt, here } = device
  return (
    <li className="sheet card">
      <div>
        <h2>{label || t('Unknown device')}</h2>
        <p className="hint">{here ? t('This device') : t('Last used {age}', { age: ageOf(now - seenAt, words) })}</p>
      </div>
      {!here && (
        <ActionForm action={revokeDevice} fields={{ flow: pages.flow, device: id }} look="button quiet">
          {t('Remove')}
          <span className="visually-hidden"> {label}</span>
        </ActionForm>
      )}
    </li>
  )
}
