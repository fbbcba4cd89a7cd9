// A form means the same with JavaScript as without.

import { describe, expect, it } from 'vitest'
import { reservedFields } from '../field-names.ts'
import { parseForm as parseFormOf } from '../http/form.ts'
import { formValues } from './form-values.ts'

const parseForm = (text: string) => parseFormOf(text, 1000)

describe('the values of a form', () => {
  it.each([
    [[['name', 'Ada']]],
    [
      [
        ['name', ''],
        ['note', ' '],
      ],
    ],
    [
      [
        ['extras', 'gift'],
        ['extras', 'card'],
      ],
    ],
    [
      [
        ['extras', 'gift'],
        ['extras', ''],
      ],
    ],
    [
      [
        ['extras', ''],
        ['extras', ''],
      ],
    ],
    [[['note', 'one\r\ntwo\nthree']]],
    [
      [
        ['b', '1'],
        ['a', '2'],
        ['b', '3'],
      ],
    ],
  ] as [string, string][][][])('are the same for a browser without JavaScript: %j', (fields) => {
    const data = new FormData()
    const all: [string, string][] = [
      ['dogear.opId', 'operation-1'],
      ['dogear.step', 'details'],
      ['dogear.position', '0.1.mark----'],
      ['dogear.type', 'details.submitted'],
      ...fields,
    ]
    for (const [name, value] of all) data.append(name, value)
    const body = new URLSearchParams(all.map(([name, value]) => [name, value.replace(/\r?\n/g, '\r\n')])).toString()
    const { type: _, ...event } = parseForm(body).request.event
    expect(formValues(data)).toEqual(event)
  })

  it.each(reservedFields)('leave out the reserved field %s, for a browser without JavaScript as well', (name) => {
    const value =
      { 'dogear.version': '2', 'dogear.step': 'details', 'dogear.position': '0.1.mark----' }[name] ?? 'operation-1'
    const all = new Map([
      ['dogear.opId', 'operation-1'],
      ['dogear.type', 'details.submitted'],
      [name, value],
      ['note', 'x'],
    ])
    const data = new FormData()
    for (const [field, one] of all) data.append(field, one)
    expect(formValues(data)).toEqual({ note: 'x' })
    expect(parseForm(new URLSearchParams([...all]).toString()).values).toEqual({ note: 'x' })
  })

  it('hold the name of a file, as a plain form sends it', () => {
    const data = new FormData()
    data.append('photo', new File(['x'], 'me.png'))
    expect(formValues(data)).toEqual({ photo: 'me.png' })
  })
})
