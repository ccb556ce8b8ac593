import type { TestProject } from 'vitest/node'
import { type RunFile, readRunFile } from '#scripts/stack/run-file.ts'

declare module 'vitest' {
  interface ProvidedContext {
    demo: RunFile
  }
}

/** Gives the contract tests the running demo (`inject('demo')`). Throws when none runs. */
export function setup(project: TestProject): void {
  const demo = readRunFile()
  if (!demo)
    throw new Error('The contract tests ask a running demo: "npm start" first, or "npm test" which starts its own.')
  project.provide('demo', demo)
}
