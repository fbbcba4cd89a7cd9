// The HTTP shell of this server.

import 'server-only'
import { createHttp, type Http } from 'dogear/http'
import { reloadable } from 'dogear/next'
import { applicationPages } from '../flows/application/pages.ts'
import { nameOf, pagesOf } from '../flows/pages.ts'
import { accountOf } from './accounts/index.ts'
import { insecureOnLocalhost, origins, publicUrl } from './addresses.ts'
import { assistantUploads } from './assistant/folder.ts'
import { assistantPlace } from './assistant/form.ts'
import { clientHeader } from './edge/address.ts'
import { inputs } from './inputs.ts'
import { messages } from './language.ts'
import { report } from './log.ts'
import { shop } from './shop.ts'
import { uploads } from './uploads/documents.ts'
import { withErasure } from './uploads/erasing.ts'

export { application, assistant, checkout, priceHoldMs } from './composition.ts'

const { HANDOFF_MS } = process.env

const kept = [
  { pages: applicationPages, uploads },
  { pages: assistantPlace, uploads: assistantUploads },
]

export const http: Http = reloadable('demo.http', () => withErasure(makeHttp(), kept, report))

function makeHttp(): Http {
  return createHttp({
    engine: shop.engine,
    origins,
    publicUrl,
    // Shortened for demonstrations.
    ...(HANDOFF_MS && { handoffLifetime: Number(HANDOFF_MS) }),
    insecureOnLocalhost,
    pagePath: (flow, step, key) => {
      const { base } = pagesOf(nameOf({ flow, key })) ?? { base: `/${flow}` }
      return step === null ? base : `${base}/${step}`
    },
    production: process.env.NODE_ENV === 'production',
    identify: async ({ headers }: Request) => {
      const account = await accountOf(headers)
      return account && { id: account.id, label: account.email }
    },
    // Without Redis each process counts for itself.
    messages,
    inputs,
    limits: shop.redis ? { redis: shop.redis } : {},
    clientAddress: ({ headers }: Request) => headers.get(clientHeader) ?? undefined,
  })
}
