import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { temporalClient, temporalState } from './temporal.ts'

test('a Temporal that is gone, or takes calls and never answers, is away', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const clients = [temporalClient('127.0.0.1:1'), temporalClient(`127.0.0.1:${port}`)]
  expect(await Promise.all(clients.map(temporalState))).toEqual(['away', 'away'])
  await Promise.all(clients.map(({ connection }) => connection.close()))
  silent.close()
})
