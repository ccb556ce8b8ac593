import { expect, test } from 'vitest'
import { testDatabase } from '#scripts/test/database.ts'
import { tooStrong, watchLogin } from './login.ts'

test('the web login passes; the owner’s and a superuser’s are refused, each with its reason', async () => {
  const urls = await testDatabase()
  expect(await tooStrong(urls.web)).toBeUndefined()
  expect(await tooStrong(urls.jobs)).toBeUndefined()
  expect(await tooStrong(urls.owner)).toMatch(/medley_owner owns tables/)
  expect(await tooStrong(urls.admin)).toMatch(/is a superuser/)
})

test('a server with a login that is too strong is told to stop', async () => {
  const reasons: string[] = []
  await watchLogin((await testDatabase()).owner, (reason) => reasons.push(reason))
  expect(reasons).toHaveLength(1)
})
