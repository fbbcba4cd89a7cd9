// Loading the page anew because a deploy has overtaken it, without ever doing so in a circle.

const key = 'dogear.reloaded'
const pauseMs = 30_000

/** Reloads the page, unless it was just reloaded for the same reason. Only the time of that is kept. */
export function reloadOnce(): void {
  try {
    if (Date.now() - Number(sessionStorage.getItem(key)) < pauseMs) return
    sessionStorage.setItem(key, String(Date.now()))
  } catch {
    // Without a place to remember it, it could go on for ever.
    return
  }
  location.reload()
}
