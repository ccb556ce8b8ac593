import { createServer } from 'node:net'

const listens = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })

/**
 * A TCP port on 127.0.0.1 that nobody listens on now: `preferred` when it is free, else one the system picks.
 * Another program may take it before the caller does, so callers retry when binding fails.
 */
export async function freePort(preferred = 0): Promise<number> {
  const port = (preferred > 0 ? await listens(preferred) : undefined) ?? (await listens(0))
  if (port === undefined) throw new Error('No free TCP port on 127.0.0.1')
  return port
}
