/** How a stage ended. A test that was skipped counts as failed: a promise that nobody checks is not kept. */
export type Tally = { passed: number; failed: number }

type VitestReport = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: unknown[]
}

/** A stage without cases of its own: one, passed or failed. */
export const single = (exitCode: number): Tally =>
  exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }

/** A stage that ended badly without a failed case (nothing found, a crash, an unhandled error) still failed. */
const heeding = (tally: Tally, exitCode: number): Tally =>
  exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally

/** Reads vitest's JSON report. A file that could not be loaded counts as one failure. */
export function tallyVitest(report: VitestReport, exitCode: number): Tally {
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + unloaded.length
  return heeding({ passed: report.numPassedTests, failed }, exitCode)
}

/** Reads Playwright's JSON report. A test that only passed when repeated counts as failed. */
export function tallyPlaywright(report: PlaywrightReport, exitCode: number): Tally {
  const { expected, unexpected, flaky, skipped } = report.stats
  return heeding({ passed: expected, failed: unexpected + flaky + skipped + report.errors.length }, exitCode)
}

export const sum = (tallies: Tally[]): Tally =>
  tallies.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), {
    passed: 0,
    failed: 0,
  })
