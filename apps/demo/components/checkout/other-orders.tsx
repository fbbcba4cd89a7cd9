// The further orders of this browser: where each stopped, and the link that begins another one.

import type { CheckoutView } from '../../flows/checkout/flow.ts'
import { nameOf, pagesOf } from '../../flows/pages.ts'
import { currentStep, currentUrl } from '../../lib/view.ts'
import { wordsHere } from '../../lib/words-here.ts'
import { Code } from '../bidi.tsx'
import { ButtonLink } from '../link.tsx'

export async function OtherOrders({ views }: { views: readonly CheckoutView[] }) {
  const { t } = await wordsHere()
  const orders = views.filter(({ key }) => key !== undefined)
  return (
    <section className="stack fill" aria-labelledby="orders-title">
      <h2 id="orders-title">{t('More orders in this browser')}</h2>
      {orders.length > 0 && (
        <ul className="cards fill">
          {orders.map((view) => (
            <OrderCard key={view.key} view={view} />
          ))}
        </ul>
      )}
      <p>
        {/* No link of the router: each press begins an order of its own. */}
        <a href="/orders">{t('Begin another order')}</a>
      </p>
    </section>
  )
}

async function OrderCard({ view }: { view: CheckoutView }) {
  const { t, rich } = await wordsHere()
  const pages = pagesOf(nameOf(view))
  if (!pages) return null
  const { title = '' } = currentStep(view) ?? {}
  const done = view.status === 'done'
  return (
    <li className="sheet card">
      <div>
        <h3>{rich('Order {key}', { key: <Code>{view.key}</Code> })}</h3>
        <p>
          {done
            ? rich('Placed as {reference}', { reference: <Code>{view.context.reference}</Code> })
            : t('Stopped at {step}', { step: title })}
        </p>
      </div>
      <div className="actions">
        <ButtonLink href={currentUrl(pages, view)}>
          {done ? t('See confirmation') : t('Continue')}
          <span className="visually-hidden"> {t('Order {key}', { key: view.key ?? '' })}</span>
        </ButtonLink>
      </div>
    </li>
  )
}
