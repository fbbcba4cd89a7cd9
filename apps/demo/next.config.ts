// How Next builds and serves the demo.

import { resolve } from 'node:path'
import type { NextConfig } from 'next'

const config: NextConfig = {
  transpilePackages: ['dogear'],
  serverExternalPackages: ['@electric-sql/pglite', 'pg', 'ioredis'],
  turbopack: { root: resolve(process.cwd(), '../..') },
  // The repository checks types in one stage of its own.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  experimental: {
    // A cache for the next build: writing it takes a quarter of this build's time.
    turbopackFileSystemCacheForBuild: false,
    // A navigation waits for the connection, where it would end in the browser's own page.
    useOffline: true,
    // No form of a page is longer; documents go to a route of their own, which the proxy leaves alone.
    proxyClientMaxBodySize: '64kb',
    serverActions: { bodySizeLimit: '64kb' },
  },
  // The title comes with the page, not after it: screen readers announce it, and nothing slow delays it.
  htmlLimitedBots: /.*/,
  agentRules: false,
  // Browsers request it by themselves, even while a navigation replaces the link of the icon.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
  headers: async () => [
    {
      source: '/(.*)',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
        { key: 'Strict-Transport-Security', value: 'max-age=31536000; includeSubDomains' },
      ],
    },
  ],
}

export default config
