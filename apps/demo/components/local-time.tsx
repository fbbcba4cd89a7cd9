'use client'
// A moment in the reader's time zone. A server does not know that zone, so its page says UTC where no script runs.

import { useSyncExternalStore } from 'react'
import { useWords } from './words.tsx'

type Style = 'time' | 'day' | 'date' | 'moment'

const styles: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  time: { hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'long' },
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  moment: { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
}

/** `at` in milliseconds since the Unix epoch. */
export function LocalTime({ at, as = 'time' }: { at: number; as?: Style }) {
  const { locale } = useWords()
  const here = useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  )
  const text = new Intl.DateTimeFormat(locale, { ...styles[as], timeZone: here ? undefined : 'UTC' }).format(at)
  return (
    <time dateTime={new Date(at).toISOString()}>
      {text}
      {!here && <span className="without-script"> UTC</span>}
    </time>
  )
}
