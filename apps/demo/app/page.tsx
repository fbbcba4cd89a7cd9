// Home: the introduction, and the link back to the step where the person stopped.

import { ResidencyCard } from '../components/application/residency-card.tsx'
import { OrderLines } from '../components/checkout/order.tsx'
import { ButtonLink } from '../components/link.tsx'
import { Notice } from '../components/notice.tsx'
import { StartOver } from '../components/start-over.tsx'
import { UnavailablePage } from '../components/unavailable-page.tsx'
import type { CheckoutView } from '../flows/checkout/flow.ts'
import { checkoutPages } from '../flows/checkout/pages.ts'
import { type Gone as GoneReason, goneTitle } from '../lib/gone.ts'
import { readQuery, type SearchParams } from '../lib/query.ts'
import { readView } from '../lib/read-view.ts'
import { checkout } from '../lib/server.ts'
import { currentStep, currentUrl, isQuestion } from '../lib/view.ts'

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
          Fill in a few steps, then close the tab, reload, go back, or restart the server. Wherever you return, you are
          at the exact step where you stopped, with everything you entered.
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
      <p>Delivery, payment, a last look: it takes about a minute. Nothing is stored before your first answer.</p>
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
          ? 'Your order belongs to an account, and is kept for you.'
          : 'Your order is not on this device any more. See why, or begin again.'}
      </p>
      <div className="actions">
        <ButtonLink href="/checkout">See what happened</ButtonLink>
        <StartOver label="Start again" />
      </div>
    </>
  )
}

function WelcomeBack({ view }: { view: CheckoutView }) {
  const done = view.status === 'done'
  const { path = '', title = '' } = currentStep(view) ?? {}
  return (
    <>
      <h2 id="welcome-title">
        {done ? (
          <>
            Your order <span className="code">{view.context.reference}</span> is placed
          </>
        ) : (
          <>
            Welcome back – {isQuestion(checkoutPages, path) ? 'you stopped at ' : ''}
            <em>{isQuestion(checkoutPages, path) ? title : title.toLowerCase()}</em>
          </>
        )}
      </h2>
      <p>
        {done
          ? 'You can look at its confirmation any time, or order once more.'
          : 'Everything you entered is still there. Starting over removes it.'}
      </p>
      <div className="actions">
        <ButtonLink href={currentUrl(checkoutPages, view)}>{done ? 'See confirmation' : 'Continue'}</ButtonLink>
        <StartOver label={done ? 'Start a new order' : 'Start over'} />
      </div>
    </>
  )
}
