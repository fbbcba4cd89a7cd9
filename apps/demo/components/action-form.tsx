// One button as a form of its own, which works without JavaScript.

import type { ReactNode } from 'react'

type ActionFormProps = {
  /** The address the form is posted to, or a server action. */
  action: string | ((form: FormData) => Promise<void>)
  /** Hidden fields, by name. */
  fields?: Readonly<Record<string, string>>
  /** The classes of the button. */
  look?: 'button' | 'button quiet' | 'link-button'
  children: ReactNode
}

export function ActionForm({ action, fields = {}, look = 'button', children }: ActionFormProps) {
  return (
    <form action={action} method={typeof action === 'string' ? 'post' : undefined}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" className={look}>
        {children}
      </button>
    </form>
  )
}
