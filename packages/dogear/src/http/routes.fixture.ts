// The tests of all routes, for servers of every kind: each of them imports this with a `createHttp` of its own.

await import('./http.test.ts')
await import('./begin-again.test.ts')
await import('./browser/cookie-support.test.ts')
await import('./routes/devices.test.ts')
await import('./routes/end.test.ts')
await import('./routes/forms.test.ts')
await import('./routes/keys.test.ts')
await import('./routes/owners.test.ts')
await import('./routes/restart.test.ts')
await import('./routes/strangers.test.ts')
await import('./routes/stream.test.ts')

export {}
