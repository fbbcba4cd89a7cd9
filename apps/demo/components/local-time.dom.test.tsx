// A moment without its zone is a riddle to a person in another one: the day may be another there.

import { render } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { LocalTime } from './local-time.tsx'

const at = Date.UTC(2026, 11, 28, 13, 5)

describe('a moment', () => {
  it.each([
    ['time', '13:05 UTC'],
    ['date', '28 December 2026 UTC'],
    ['moment', '28 December at 13:05 UTC'],
  ] as const)('names its zone where no script runs: %s', (as, text) => {
    expect(renderToString(<LocalTime at={at} as={as} />).replace(/<[^>]*>/g, '')).toBe(text)
  })

  it('is that of the reader where one does', () => {
    const { container } = render(<LocalTime at={at} as="date" />)
    expect(container.textContent).toBe(new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(at))
  })
})
