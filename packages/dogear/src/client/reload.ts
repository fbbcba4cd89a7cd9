// A reload of the page after a deploy, never in a loop.

const key = 'dogear.reloaded'
const pauseMs = 30_000

/** Reloads the page, unless it was just reloaded for the same reason. Only the time of that is kept. */
export function reloadOnce(): void {
  try {
    if (Date.now() - Number(sessionStorage.getItem(key)) < pauseMs) return
    sessionStorage.setItem(key, String(Date.now()))
  } catch {
    // Without storage nothing would stop a loop of reloads.
    return
  }
  location.reload()
}
