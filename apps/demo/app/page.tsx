// Home: the introduction, and the link back to the step where the person stopped.

import type { Metadata } from 'next'
import { ResidencyCard } from '../components/application/residency-card.tsx'
import { OrderLines } from '../components/checkout/order.tsx'
import { ButtonLink } from '../components/link.tsx'
import { Notice } from '../components/notice.tsx'
import { StartOver, StartOverLink } from '../components/start-over.tsx'
import { UnavailablePage } from '../components/unavailable-page.tsx'
import type { CheckoutView } from '../flows/checkout/flow.ts'
import { checkoutPages } from '../flows/checkout/pages.ts'
import { type Gone as GoneReason, goneTitle } from '../lib/gone.ts'
import { readQuery, type SearchParams } from '../lib/query.ts'
import { readView } from '../lib/read-view.ts'
import { checkout } from '../lib/server.ts'
import { currentStep, currentUrl } from '../lib/view.ts'

export const metadata: Metadata = { title: 'A checkout that keeps your place – Marginalia' }

type HomeProps = { searchParams: SearchParams }

export default async function Home({ searchParams }: HomeProps) {
  const problem = (await readQuery(searchParams))('problem')
  const view = await readView(checkout)
  if (!view) return <UnavailablePage />
  return (
    <div className="columns">
      <div className="stack">
        <Notice code={problem} pages={checkoutPages} />
        <h1 tabIndex={-1}>A checkout that keeps your place</h1>
        <p className="lede">
          Fill in a few pages, then close the tab, reload, go back, or restart the server. When you return, you are at
          the page where you stopped, with all your answers.
        </p>
        <section className="sheet dogear welcome" aria-labelledby="welcome-title">
          {view.gone ? <Gone gone={view.gone} /> : view.saved ? <WelcomeBack view={view} /> : <Begin />}
        </section>
        <ResidencyCard />
      </div>
      <aside className="sheet" aria-labelledby="order-title">
        <h2 id="order-title">Your order</h2>
        <OrderLines cart={view.context.cart} />
      </aside>
    </div>
  )
}

function Begin() {
  return (
    <>
      <h2 id="welcome-title">Two books are waiting</h2>
      <p>Address, delivery, payment, a check: it takes about a minute. Nothing is saved before your first answer.</p>
      <div className="actions">
        <ButtonLink href="/checkout">Start checkout</ButtonLink>
      </div>
    </>
  )
}

function Gone({ gone }: { gone: GoneReason }) {
  return (
    <>
      <h2 id="welcome-title">{goneTitle(gone, checkoutPages)}</h2>
      <p>
        {gone.why === 'signed_out'
          ? 'Your order belongs to an account, and is saved there.'
          : 'Your order is not in this browser any more. See why, or start a new one.'}
      </p>
      <div className="actions">
        <ButtonLink href="/checkout">See what happened</ButtonLink>
        <StartOver pages={checkoutPages} label="Start a new order" />
      </div>
    </>
  )
}

function WelcomeBack({ view }: { view: CheckoutView }) {
  const done = view.status === 'done'
  const { title = '' } = currentStep(view) ?? {}
  return (
    <>
      <h2 id="welcome-title">
        {done ? (
          <>
            Your order <span className="code">{view.context.reference}</span> is placed
          </>
        ) : (
          <>
            Welcome back – you stopped at <em>{title}</em>
          </>
        )}
      </h2>
      <p>
        {done ? 'Its confirmation stays in this browser until you start a new order.' : 'All your answers are saved.'}
      </p>
      <div className="actions">
        <ButtonLink href={currentUrl(checkoutPages, view)}>{done ? 'See confirmation' : 'Continue'}</ButtonLink>
      </div>
      <StartOverLink pages={checkoutPages} label={done ? 'Start a new order' : 'Start over'} />
    </>
  )
}
