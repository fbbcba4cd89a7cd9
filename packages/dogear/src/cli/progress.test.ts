// Progress of a long command: on a terminal, and in a log.

import { expect, it } from 'vitest'
import { createProgress } from './progress.ts'

function shown(terminal: boolean): { said: string[]; noted: string[]; progress: ReturnType<typeof createProgress> } {
  const [said, noted]: [string[], string[]] = [[], []]
  const output = { note: (text: string) => void noted.push(text) }
  const progress = createProgress('census', output, { terminal, write: (text) => said.push(text), columns: 60 })
  return { said, noted, progress }
}

it('rewrites one line of a terminal, never backwards and never past its width, and leaves it with the result', () => {
  const { said, noted, progress } = shown(true)
  progress.at(0.5, '10 sessions')
  progress.at(0.25, '20 sessions')
  progress.at(7, 'x'.repeat(100))
  progress.end('done')
  const half = `${'█'.repeat(12)}${'░'.repeat(12)} 50 %`
  expect(said.map((text) => text.replace('\r\u001b[2K', ''))).toEqual([
    'census',
    `census ${half}, 10 sessions`,
    `census ${half}, 20 sessions`,
    expect.stringMatching(/^census █{24} 100 %, x+$/),
    'census: done\n',
  ])
  expect(Math.max(...said.map((text) => text.replace('\r\u001b[2K', '').trimEnd().length))).toBeLessThan(60)
  expect(noted).toEqual([])
})

it('writes nothing into a log while a command is short', () => {
  const { said, noted, progress } = shown(false)
  progress.at(0.5, '10 sessions')
  progress.end('done')
  expect([...said, ...noted]).toEqual([])
})
