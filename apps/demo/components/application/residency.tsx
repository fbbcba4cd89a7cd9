// The offer of the residency, beside the page where there is room.

export function Residency() {
  return (
    <aside className="only-wide sheet dogear residency" aria-labelledby="residency-title">
      <h2 id="residency-title">The residency</h2>
      <ul>
        <li>Two months in the writers’ house by the sea</li>
        <li>A desk with a door that closes</li>
        <li>£4,000 towards your living</li>
        <li>Room for those you bring</li>
      </ul>
    </aside>
  )
}
