// Home: the introduction, and the link back to the step where the person stopped.

import type { Metadata } from 'next'
import { ResidencyCard } from '../components/application/residency-card.tsx'
import { AssistantCard } from '../components/assistant/assistant-card.tsx'
import { OrderLines } from '../components/checkout/order.tsx'
import { OtherOrders } from '../components/checkout/other-orders.tsx'
import { Notice } from '../components/notice.tsx'
import { UnavailablePage } from '../components/unavailable-page.tsx'
import { Begin, Gone, WelcomeBack } from '../components/welcome.tsx'
import { checkoutPages } from '../flows/checkout/pages.ts'
import { readQuery, type SearchParams } from '../lib/query.ts'
import { readView, readViews } from '../lib/read-view.ts'
import { checkout } from '../lib/server.ts'
import { wordsHere } from '../lib/words-here.ts'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await wordsHere()
  return { title: `${t('A checkout that keeps your place')} – Marginalia` }
}

type HomeProps = { searchParams: SearchParams }

export default async function Home({ searchParams }: HomeProps) {
  const { t } = await wordsHere()
  const problem = (await readQuery(searchParams))('problem')
  const [view, views] = [await readView(checkout), await readViews(checkout)]
  if (!view || !views) return <UnavailablePage />
  return (
    <div className="columns">
      <div className="stack">
        <Notice code={problem} pages={checkoutPages} />
        <h1 tabIndex={-1}>{t('A checkout that keeps your place')}</h1>
        <p className="lede">
          {t('Fill in a few pages, then close the tab, reload, go back, or restart the server.')}{' '}
          {t('When you return, you are at the page where you stopped, with all your answers.')}
        </p>
        <section className="sheet dogear welcome" aria-labelledby="welcome-title">
          {view.gone ? <Gone gone={view.gone} /> : view.saved ? <WelcomeBack view={view} /> : <Begin />}
        </section>
        {views.length > 0 && <OtherOrders views={views} />}
        <ResidencyCard />
        <AssistantCard />
      </div>
      <aside className="sheet" aria-labelledby="order-title">
        <h2 id="order-title">{t('Your order')}</h2>
        <OrderLines cart={view.context.cart} />
      </aside>
    </div>
  )
}
