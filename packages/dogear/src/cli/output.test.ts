import { describe, expect, it } from 'vitest'
import { DogearError } from '../errors.ts'
import { clean, createOutput, errorLine, span } from './output.ts'

describe('stored text', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a link', '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007', 'click'],
    ['a window title', '\u001b]0;owned\u0007text', 'text'],
    ['8-bit controls', '\u009b31mred\u0085', 'red'],
    ['line ends and bells', 'a\r\nb\u0007\u0000', 'ab'],
    ['turned and hidden text', 'user\u202egpj.exe\u200b\u2066', 'usergpj.exe'],
  ])('[M60] reaches the terminal without %s', (_, stored, shown) => {
    expect(clean(stored)).toBe(shown)
  })

  it('keeps names of people and places as they are', () => {
    for (const text of ['Zoë’s Firefox', '李小龍', 'עברית', 'Ångström 🦊']) expect(clean(text)).toBe(text)
  })
})

describe('an error', () => {
  it('is one line with its code, its own message and the kind of its cause', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { command: { args: ['canary'] } })
    const error = new DogearError('store_unavailable', 'Redis did not answer as it should.', { cause })
    expect(errorLine(error)).toBe('store_unavailable: Redis did not answer as it should. (ECONNREFUSED)')
  })

  it('of a session ends with the reference by which it can be shown', () => {
    const error = new DogearError('newer_version', 'it is of version 7', { reference: 'Abc_-12345' })
    expect(errorLine(error)).toBe('newer_version: it is of version 7 (reference Abc_-12345)')
  })

  it('that is not ours is its kind and its place: its message may quote what a person typed', () => {
    const line = errorLine(new TypeError('cannot charge canary@example.com'))
    expect(line).toMatch(/^TypeError at .*output\.test\.ts/)
    expect(line).not.toContain('canary')
    expect(
      errorLine(new DogearError('flow_failed', 'it threw', { cause: new Error('canary\nboth lines') })),
    ).not.toContain('canary')
    expect(errorLine('canary')).toBe('something that is not an Error was thrown')
  })
})

it('a time span is told in its two largest units', () => {
  const spans = [0, 1, 250, 1500, 60_000, 899_000, 93_600_000].map(span)
  expect(spans).toEqual(['0 ms', '1 ms', '250 ms', '1 s 500 ms', '1 min', '14 min 59 s', '1 d 2 h'])
})

it('with --json, stdout holds the document and nothing else', () => {
  const said = { stdout: '', stderr: '' }
  const out = createOutput({
    json: true,
    color: true,
    stdout: (text) => {
      said.stdout += text
    },
    stderr: (text) => {
      said.stderr += text
    },
  })
  out.line('for people')
  out.note('a warning')
  out.document({ a: 1 })
  expect(JSON.parse(said.stdout)).toEqual({ a: 1 })
  expect(said.stderr).toBe('for people\na warning\n')
})
