// Every request to a flow.

import { createRouteHandlers } from 'dogear/next'
import { http } from '../../../../lib/server.ts'

export const { GET, HEAD, POST, PUT, DELETE } = createRouteHandlers(http)
