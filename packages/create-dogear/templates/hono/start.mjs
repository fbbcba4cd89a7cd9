// Starts what was built.
process.env.NODE_ENV ??= 'production'
await import('./dist/main.js')
