// Entry `dogear/node`: the routes for `node:http`, `node:http2`, frameworks on them such as Express.

export { createNodeListener, type NodeListener } from './listener.ts'
