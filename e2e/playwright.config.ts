// Configures the browser tests: the system's Chromium, and production builds that the tests start themselves.
import { defineConfig } from '@playwright/test'
import { findChromium } from '../scripts/tools.mjs'
import { switches } from './support/chromium.ts'

const executablePath = findChromium()

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  globalSetup: './support/prepare.ts',
  fullyParallel: true,
  // Two cores are busy with three: a test spends more time waiting for timers than working.
  workers: 3,
  timeout: 120_000,
  expect: { timeout: 15_000 },
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
