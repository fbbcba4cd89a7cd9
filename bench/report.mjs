// Loaded into every server before its program: tells the bench what the process uses, and ends with the bench.
import process from 'node:process'

process.on('message', (message) => {
  if (message === 'stop') process.exit()
  if (message !== 'usage') return
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() })
})
process.on('disconnect', () => process.exit())
