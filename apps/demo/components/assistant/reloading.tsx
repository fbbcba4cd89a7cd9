// The page of an answer that comes, where no script runs: it loads itself anew.

export function Reloading() {
  return (
    <noscript>
      <meta httpEquiv="refresh" content="2" />
    </noscript>
  )
}
