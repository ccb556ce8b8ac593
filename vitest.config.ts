import { defineConfig } from 'vitest/config'
import { testSettings } from './scripts/test/settings.ts'

const never = ['**/node_modules/**', '.next/**', '.data/**', 'e2e/**']
const kinds = {
  integration: '**/*.db.test.ts',
  property: '**/*.property.test.ts',
  contract: '**/*.contract.test.ts',
  long: '**/*.long.test.ts',
}
const withDatabase = {
  globalSetup: ['scripts/test/global-setup.ts'],
  setupFiles: ['scripts/test/worker-setup.ts'],
  testTimeout: 20_000,
  hookTimeout: 60_000,
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    env: testSettings,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx,mjs}'],
          exclude: [...never, ...Object.values(kinds)],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: 'integration', include: [kinds.integration], exclude: never, ...withDatabase },
      },
      {
        extends: true,
        test: { name: 'property', include: [kinds.property], exclude: never, ...withDatabase, testTimeout: 240_000 },
      },
      {
        extends: true,
        test: { name: 'long', include: [kinds.long], exclude: never, ...withDatabase, testTimeout: 900_000 },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: [kinds.contract],
          exclude: never,
          globalSetup: ['scripts/test/contract-setup.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
})
