// Configures the browser tests: the system's headless Chromium, and production builds that the tests start themselves.
import { defineConfig } from '@playwright/test'
import { findHeadlessChromium } from '../scripts/tools.mjs'
import { switches } from './support/chromium.ts'

const executablePath = findHeadlessChromium()
// Tests that mostly wait: for a hold or a session to end, for a store or a provider to come back.
const patient = /\/(outage|payment|price-hold|timeouts)\.spec\.ts$/

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  globalSetup: './support/prepare.ts',
  fullyParallel: true,
  // Two cores are busy with three and one that waits: so the waits of one test are beside the work of others.
  workers: 4,
  projects: [
    { name: 'patient', testMatch: patient, workers: 1 },
    { name: 'busy', testIgnore: patient, workers: 3 },
  ],
  // No claim of any test: how long a busy machine may take.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: [
    ['line'],
    ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? '../test-results/report.json' }],
  ],
  use: {
    browserName: 'chromium',
    launchOptions: { args: switches, ...(executablePath ? { executablePath } : {}) },
    screenshot: 'only-on-failure',
  },
})
