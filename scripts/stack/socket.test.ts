import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from './ports.ts'
import { listeningSocket } from './socket.ts'

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)))
  })

test('a port is ours from when it is taken: nobody else listens there, a second demo gets another', async () => {
  const wished = await freePort()
  const first = listeningSocket(wished)
  expect(first.port).toBe(wished)
  expect(await canListen(wished)).toBe(false)
  expect(listeningSocket(wished).port).not.toBe(wished)
})
