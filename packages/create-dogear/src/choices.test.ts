// The command line: what it says, what it is refused for.

import { expect, it } from 'vitest'
import { readChoices } from './choices.ts'
import { Refusal } from './refusal.ts'

it.each([
  [[], { yes: false }],
  [['my-app', '--hono', '--redis'], { yes: false, folder: 'my-app', frame: 'hono', store: 'redis' }],
  [['--next', '--embedded', '--yes'], { yes: true, frame: 'next', store: 'embedded' }],
  [['--version'], { yes: false, show: 'version' }],
])('reads %j', (args, given) => {
  expect(readChoices(args)).toEqual(given)
})

it.each([
  [['--next', '--hono'], /^--next and --hono exclude each other/],
  [['--embedded', '--redis', 'app'], /^--embedded and --redis exclude each other/],
  [['my', 'app'], /^An app goes into one folder, and these are 2: my, app\.$/],
  [['--remix'], /^Unknown option '--remix'\.\n\nUsage: /],
])('refuses %j in words', (args, message) => {
  expect(() => readChoices(args)).toThrow(Refusal)
  expect(() => readChoices(args)).toThrow(message)
})
