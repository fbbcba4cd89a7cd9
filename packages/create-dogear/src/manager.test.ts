// The words of each package manager.

import { expect, it } from 'vitest'
import { inWordsOf, managerOf } from './manager.ts'

const frozen = 'install --frozen-lockfile'

it.each([
  [undefined, 'npm install', 'npm ci', 'npm run'],
  ['npm/10.8.2 node/v20.20.2 linux x64 workspaces/false', 'npm install', 'npm ci', 'npm run'],
  ['pnpm/10.34.8 npm/? node/v20.20.2 linux x64', 'pnpm install', `npx --yes pnpm@10.34.8 ${frozen}`, 'pnpm run'],
  ['yarn/1.22.22 npm/? node/v20.20.2 linux x64', 'yarn install', `npx --yes yarn@1.22.22 ${frozen}`, 'yarn run'],
  [
    'yarn/4.9.1 npm/? node/v20.20.2 linux x64',
    'yarn install',
    'npx --yes @yarnpkg/cli-dist@4.9.1 install --immutable',
    'yarn run',
  ],
  ['bun/1.3.2 npm/? node/v24.3.0 linux x64', 'bun install', `npx --yes bun@1.3.2 ${frozen}`, 'bun run'],
  ['constructor/1.0.0', 'npm install', 'npm ci', 'npm run'],
])('is told by %j', (userAgent, install, ci, run) => {
  expect(managerOf(userAgent)).toMatchObject({ install, ci, run })
})

it('takes the place of the words of npm', () => {
  const text = 'npm ci; npm run check; npx dogear; npm install'
  expect(inWordsOf(managerOf('bun/1.3.2'), text)).toBe(
    `npx --yes bun@1.3.2 ${frozen}; bun run check; bunx dogear; bun install`,
  )
  expect(inWordsOf(managerOf(undefined), text)).toBe(text)
})
