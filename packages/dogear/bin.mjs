#!/usr/bin/env node
// Runs the command line from its source in this workspace; the published package runs what was built.
import { createJiti } from 'jiti'

await createJiti(import.meta.url, { fsCache: false, tryNative: true }).import('./src/cli/main.ts')
