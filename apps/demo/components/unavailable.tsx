// A page that could not be made: whose fault it is, and what to do. Works without JavaScript and without the store.

export const unavailableTitle = 'This page is not available just now'

type UnavailableProps = {
  /** A script that tries again, or the address to try. */
  retry: (() => void) | string
  reference?: string | undefined
}

export function Unavailable({ retry, reference }: UnavailableProps) {
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>{unavailableTitle}</h1>
      <p className="lede">That is our fault. What was saved stays saved.</p>
      <p>Try again in a moment. If that does not help, come back later: you come to the page where you stopped.</p>
      {reference && (
        <p>
          If you write to us about it, name this reference: <span className="code">{reference}</span>
        </p>
      )}
      <div className="actions">
        {typeof retry === 'string' ? (
          <a className="button" href={retry}>
            Try again
          </a>
        ) : (
          <button type="button" className="button" onClick={retry}>
            Try again
          </button>
        )}
      </div>
    </div>
  )
}
