// Destroys the session and leads home, as a plain form: leaving the page is what makes every other part of it forget.

export function StartOver({ label }: { label: string }) {
  return (
    <form method="post" action="/start-over">
      <button type="submit" className="button quiet">
        {label}
      </button>
    </form>
  )
}
