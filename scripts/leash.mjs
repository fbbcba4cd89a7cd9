// Runs one command in a process group of its own, and ends the whole group once the process that asked for it is gone.
// It has to be a process: only another process outlives a crash or a kill -9, and can clean up afterwards.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

const { command, args, options, stopSignal, stopMs, removeAfter } = JSON.parse(process.argv[2] ?? '{}')
const child = spawn(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'], detached: true })

const tell = (/** @type {object} */ message) => {
  if (process.connected) process.send?.(message, () => {})
}

const killGroup = () => {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // No process of the group is left.
  }
}

const finish = (/** @type {object} */ message) => {
  killGroup()
  if (removeAfter) rmSync(removeAfter, { recursive: true, force: true, maxRetries: 5 })
  tell(message)
  process.exitCode = 0
  if (process.connected) process.disconnect()
}

let stopping = false
const stop = () => {
  if (stopping) return
  stopping = true
  child.kill(stopSignal)
  setTimeout(killGroup, stopMs).unref()
}

child.once('spawn', () => tell({ pid: child.pid }))
child.once('error', (error) => finish({ error: error.message }))
child.once('exit', (code, signal) => finish({ code, signal }))
process.on('message', stop)
process.on('disconnect', stop)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
// A closed output stream must not end the leash before its child.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
