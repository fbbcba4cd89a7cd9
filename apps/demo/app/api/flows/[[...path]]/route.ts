// Every request to a flow.

import { createRouteHandlers } from 'dogear/next'

export const { GET, HEAD, POST, PUT, DELETE } = createRouteHandlers(() => import('../../../../lib/server.ts'))
