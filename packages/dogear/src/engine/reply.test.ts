// Refusals as callers are told of them: a code for programs, a sentence for people.

import { expect, it } from 'vitest'
import type { View } from '../wire.ts'
import { toRejected } from './reply.ts'

const view = {} as View

it.each([
  ['invalid', 'invalid_event'],
  ['not-accepted', 'not_accepted'],
  ['stale', 'stale_step'],
  ['rewound', 'rewound'],
  ['expired', 'session_gone'],
  ['done', 'not_accepted'],
  ['effect-pending', 'effect_pending'],
  ['op-reused', 'op_reused'],
  ['handoff-gone', 'handoff_gone'],
  ['too-many', 'not_accepted'],
  ['other-session', 'other_session'],
  ['no-cookies', 'no_cookies'],
] as const)('a turn refused as %s is told with the code %s, a sentence and the view', (reason, code) => {
  const issues = [{ path: ['name'], message: 'Enter a value' }]
  const message = expect.stringMatching(/^[A-Z][^<>]{15,}\.$/)
  expect(toRejected({ reason }, view)).toEqual({
    ...{ outcome: 'rejected', code, message, issues: [], created: undefined },
    view,
  })
  expect(toRejected({ reason, issues }, view).issues).toBe(issues)
})

it('drafts that a session cannot keep are an error, as there is nothing to show', () => {
  expect(() => toRejected({ reason: 'too-large' }, view)).toThrow(expect.objectContaining({ code: 'too_large' }))
})
