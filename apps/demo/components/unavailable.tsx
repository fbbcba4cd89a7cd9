// A page that could not be made: nothing is lost, and what to do. Works without JavaScript and without the store.

export function Unavailable({ retry }: { retry?: () => void }) {
  return (
    <div className="stack measure">
      <title>Not available just now – Marginalia</title>
      <h1 tabIndex={-1}>This page is not available just now</h1>
      <p className="lede">That is our fault. Nothing you entered is lost.</p>
      <p>Try again in a moment. If it lasts, come back later: you will be at the step where you stopped.</p>
      <div className="actions">
        {retry ? (
          <button type="button" className="button" onClick={retry}>
            Try again
          </button>
        ) : (
          <a className="button" href="?">
            Try again
          </a>
        )}
      </div>
    </div>
  )
}
