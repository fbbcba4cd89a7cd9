// Destroys the session and leads on, as a plain form: leaving the page is what makes every other part of it forget.

type StartOverProps = {
  label: string
  /** The flow's id. */
  flow?: string
  /** Where to go on. */
  then?: string
}

export function StartOver({ label, flow = 'checkout', then = '/' }: StartOverProps) {
  return (
    <form method="post" action="/start-over">
      <input type="hidden" name="flow" value={flow} />
      <input type="hidden" name="then" value={then} />
      <button type="submit" className="button quiet">
        {label}
      </button>
    </form>
  )
}
