import { createRouteHandlers } from 'dogear/next'

// As a function, so that in development a flow that cannot be defined is answered with what is wrong with it.
export const { GET, HEAD, POST, PUT, DELETE } = createRouteHandlers(() => import('../../../../lib/server'))
