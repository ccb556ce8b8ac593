/**
 * How a stage ended. A test that was skipped counts as failed: a promise that nobody checks is not kept. `failing` names what
 * the report knows to have failed, a line each; a crash has no name.
 */
export type Tally = { passed: number; failed: number; failing?: string[] }

type VitestReport = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; assertionResults: { fullName: string; status: string }[] }[]
}

type PlaywrightSuite = {
  suites?: PlaywrightSuite[]
  specs?: { title: string; file: string; line: number; tests: { projectName: string; status: string }[] }[]
}

type PlaywrightReport = PlaywrightSuite & {
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
  const cases = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed')
      .map((one) => `${name}: ${one.fullName} (${one.status})`),
  )
  const failing = [...unloaded.map(({ name }) => `${name}: could not be loaded`), ...cases]
  return heeding({ passed: report.numPassedTests, failed, failing }, exitCode)
}

/** Reads Playwright's JSON report. A test that only passed when repeated counts as failed. */
export function tallyPlaywright(report: PlaywrightReport, exitCode: number): Tally {
  const { expected, unexpected, flaky, skipped } = report.stats
  const failed = unexpected + flaky + skipped + report.errors.length
  return heeding({ passed: expected, failed, failing: failingSpecs(report) }, exitCode)
}

const failingSpecs = ({ suites = [], specs = [] }: PlaywrightSuite): string[] => [
  ...specs.flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status !== 'expected')
      .map(
        ({ status, projectName }) => `${file}:${line}: ${title} (${[projectName, status].filter(Boolean).join(', ')})`,
      ),
  ),
  ...suites.flatMap(failingSpecs),
]

export const sum = (tallies: Tally[]): Tally =>
  tallies.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), {
    passed: 0,
    failed: 0,
  })
