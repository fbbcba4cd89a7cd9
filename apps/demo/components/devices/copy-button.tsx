'use client'
// A button that copies a text. It appears only if a script can do so.

import { useEffect, useState } from 'react'
import { useWords } from '../words.tsx'

export function CopyButton({ text }: { text: string }) {
  const { t } = useWords()
  const [able, setAble] = useState(false)
  const [said, setSaid] = useState('')
  useEffect(() => setAble(typeof navigator.clipboard?.writeText === 'function'), [])

  async function copy() {
    setSaid('')
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    setSaid(done ? t('Copied') : t('Copying is not allowed here: select the link and copy it yourself'))
  }

  return (
    <p className="copy">
      {able && (
        <button type="button" className="link-button" onClick={copy}>
          {t('Copy the link')}
        </button>
      )}
      <span className="hint" role="status">
        {said}
      </span>
    </p>
  )
}
