// The versions that a session has left after it was lost again and again, and came back from its archive.

import { expect, test } from 'vitest'
import type { Written } from './append-only-file.ts'
import { withoutLost } from './emptied.ts'

const version = (life: number, revision: number, mark = `${revision}`): Written => ({
  ...{ session: 'one', life, position: { epoch: life, revision, mark } },
  ...{ bytes: new Uint8Array(), agendaAt: undefined, agendaKept: false, expiresAt: undefined },
})
const revisions = (versions: readonly Written[]) => versions.map(({ life, position }) => `${life}: ${position.mark}`)

test.each<[string, Written[], { mark: string } | 'there' | undefined, string[]]>([
  ['never lost', [version(0, 1), version(0, 2)], 'there', ['0: 1', '0: 2']],
  [
    'back as it was archived',
    [version(0, 1), version(0, 2), version(1, 1), version(1, 2, '2b')],
    'there',
    ['0: 1', '1: 2b'],
  ],
  [
    'back as an archiver wrote it later, after it was back as an earlier one',
    [version(0, 1), version(0, 2), version(1, 1), version(2, 2), version(2, 3)],
    'there',
    ['0: 1', '0: 2', '2: 3'],
  ],
  ['lost for good, and archived', [version(0, 1), version(0, 2), version(0, 3)], { mark: '2' }, ['0: 1', '0: 2']],
  ['lost for good, and never archived', [version(0, 1)], undefined, []],
])('of a session that is %s', (_, versions, last, left) => {
  const position = last === undefined || last === 'there' ? last : { epoch: 0, revision: 0, ...last }
  expect(revisions(withoutLost(versions, position))).toEqual(left)
})
