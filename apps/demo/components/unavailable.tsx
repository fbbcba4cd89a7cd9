// A page that could not be made: nothing is lost, and what to do. Works without JavaScript and without the store.

export function Unavailable({ retry, reference }: { retry?: () => void; reference?: string | undefined }) {
  return (
    <div className="stack measure">
      <title>Not available just now – Marginalia</title>
      <h1 tabIndex={-1}>This page is not available just now</h1>
      <p className="lede">That is our fault. Nothing you entered is lost.</p>
      <p>Try again in a moment. If it lasts, come back later: you will be at the step where you stopped.</p>
      {reference && (
        <p>
          If you write to us about it, name this reference: <span className="code">{reference}</span>
        </p>
      )}
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
