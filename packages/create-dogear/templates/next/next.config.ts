import type { NextConfig } from 'next'

const config: NextConfig = {
  // Pages are sent whole, so that a redirect to the person's step works without JavaScript.
  htmlLimitedBots: /.*/,
  serverExternalPackages: ['@electric-sql/pglite'],
}

export default config
