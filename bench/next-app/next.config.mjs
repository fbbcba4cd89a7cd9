// How Next builds and serves the two handlers of the bench.
import { resolve } from 'node:path'

/** @type {{ [option: string]: unknown }} */
const config = {
  transpilePackages: ['dogear'],
  serverExternalPackages: ['ioredis'],
  turbopack: { root: resolve(process.cwd(), '../..') },
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  agentRules: false,
}

export default config
