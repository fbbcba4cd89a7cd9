// Home: what this is, and the way back to where a person stopped.

import Link from 'next/link'
import { Notice } from '../components/notice.tsx'
import { OrderLines } from '../components/order.tsx'
import { StartOver } from '../components/start-over.tsx'
import { Unavailable } from '../components/unavailable.tsx'
import { readCheckout } from '../lib/read-checkout.ts'
import { type CheckoutView, currentStep, currentUrl, isAsked } from '../lib/view.ts'

type HomeProps = { searchParams: Promise<{ problem?: string | string[] }> }

export default async function Home({ searchParams }: HomeProps) {
  const { problem } = await searchParams
  const view = await readCheckout()
  if (!view) return <Unavailable />
  return (
    <div className="checkout">
      <div className="stack">
        <Notice code={typeof problem === 'string' ? problem : undefined} />
        <h1 tabIndex={-1}>A checkout that keeps your place</h1>
        <p className="lede">
          Fill in a few steps, then close the tab, reload, go back, or restart the server. Wherever you return, you are
          at the exact step where you stopped, with everything you entered.
        </p>
        <section className="sheet dogear welcome" aria-labelledby="welcome-title">
          {view.saved ? <WelcomeBack view={view} /> : <Begin />}
        </section>
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
        <Link className="button" href="/checkout" prefetch={false}>
          Start checkout
        </Link>
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
            Welcome back – {isAsked(path) ? 'you stopped at ' : ''}
            <em>{isAsked(path) ? title : title.toLowerCase()}</em>
          </>
        )}
      </h2>
      <p>
        {done
          ? 'You can look at its confirmation any time, or order once more.'
          : 'Everything you entered is still there. Starting over removes it.'}
      </p>
      <div className="actions">
        <Link className="button" href={currentUrl(view)} prefetch={false}>
          {done ? 'See confirmation' : 'Continue'}
        </Link>
        <StartOver label={done ? 'Start a new order' : 'Start over'} />
      </div>
    </>
  )
}
