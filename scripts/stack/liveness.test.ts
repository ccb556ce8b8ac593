import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { watchLiveness } from './liveness.ts'

let isOver = false
const servers: Server[] = []
afterEach(() => {
  isOver = true
  for (const server of servers) server.close()
})

test('a part that answers 503 three times in a row is started anew, one that answers again is left alone', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
  const answers = [200, 503, 503, 200, 503, 503, 503]
  let looks = 0
  let restarts = 0
  const server = createServer((_req, res) => {
    const status = restarts > 0 ? 200 : (answers[looks] ?? 200)
    looks += 1
    res.writeHead(status).end()
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`
  const restart = async () => {
    expect(looks).toBe(answers.length)
    restarts += 1
  }
  const watching = watchLiveness({ url, restart, everyMs: 5, graceMs: 5 }, () => isOver)
  await expect.poll(() => restarts, { timeout: 10_000 }).toBe(1)
  const before = looks
  await expect.poll(() => looks - before, { timeout: 10_000 }).toBeGreaterThan(5)
  expect(restarts).toBe(1)
  isOver = true
  await watching
})
