import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'

const dir = process.env.MEDLEY_DATA_DIR ?? '.data'
const { web } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as { web: string }

/** Journeys in Debian's Chromium against the running demo that MEDLEY_DATA_DIR names (`.data` unless set). */
export default defineConfig({
  testDir: 'e2e',
  outputDir: join(dir, 'e2e'),
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 10_000 },
  reporter: [['line']],
  use: {
    baseURL: web,
    locale: 'en-US',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
    },
  },
})
