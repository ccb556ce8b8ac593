import { expect, test } from 'vitest'
import { single, sum, tallyPlaywright, tallyVitest } from './tally.ts'

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
const playwright = { stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] }

test('passed and failed cases are counted', () => {
  expect(tallyVitest({ ...vitest, numFailedTests: 2 }, 1)).toMatchObject({ passed: 5, failed: 2 })
  expect(tallyPlaywright({ ...playwright, stats: { ...playwright.stats, unexpected: 1 } }, 1)).toMatchObject({
    passed: 4,
    failed: 1,
  })
})

test('skipped, to do and flaky are failures', () => {
  expect(tallyVitest({ ...vitest, numPendingTests: 1, numTodoTests: 1 }, 0).failed).toBe(2)
  expect(
    tallyPlaywright({ ...playwright, stats: { expected: 4, unexpected: 0, flaky: 1, skipped: 1 } }, 0).failed,
  ).toBe(2)
})

test('a file that cannot be loaded is a failure, and so is a bad exit with every case passed', () => {
  const unloaded = [{ name: 'a.test.ts', status: 'failed', assertionResults: [] }]
  expect(tallyVitest({ ...vitest, testResults: unloaded }, 1)).toMatchObject({ passed: 5, failed: 1 })
  expect(tallyVitest(vitest, 1)).toMatchObject({ passed: 5, failed: 1 })
  expect(tallyPlaywright({ ...playwright, errors: ['crash'] }, 1)).toMatchObject({ passed: 4, failed: 1 })
})

test('stages add up', () => {
  expect(sum([single(0), single(2), { passed: 3, failed: 4 }])).toEqual({ passed: 4, failed: 5 })
})

test('what failed is named', () => {
  const assertionResults = ['passed', 'failed', 'skipped'].map((status) => ({ fullName: `a ${status} case`, status }))
  const testResults = [
    { name: 'a.test.ts', status: 'failed', assertionResults },
    { name: 'b.test.ts', status: 'failed', assertionResults: [] },
  ]
  expect(tallyVitest({ ...vitest, numFailedTests: 1, numPendingTests: 1, testResults }, 1)).toEqual({
    passed: 5,
    failed: 3,
    failing: [
      'b.test.ts: could not be loaded',
      'a.test.ts: a failed case (failed)',
      'a.test.ts: a skipped case (skipped)',
    ],
  })
  const spec = (title: string, status: string) => ({
    ...{ title, file: 'book.spec.ts', line: 7, tests: [{ projectName: 'desktop', status }] },
  })
  const suites = [{ suites: [{ specs: [spec('books', 'unexpected'), spec('moves', 'expected')] }], specs: [] }]
  expect(tallyPlaywright({ ...playwright, suites }, 1).failing).toEqual(['book.spec.ts:7: books (desktop, unexpected)'])
})
