import { createServer } from 'node:net'

/** A TCP port on 127.0.0.1 that nobody else gets until `release`, just before whoever is to listen there starts. */
export type HeldPort = { port: number; release(): Promise<void> }

const held = (port: number): Promise<HeldPort | undefined> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      const release = () => new Promise<void>((done) => server.close(() => done()))
      server.unref()
      resolve(typeof address === 'object' && address ? { port: address.port, release } : undefined)
    })
  })

/** Takes a port that is free: `preferred` when it is, else one the system picks. Two who ask at once get two. */
export async function holdPort(preferred = 0): Promise<HeldPort> {
  const port = (preferred > 0 ? await held(preferred) : undefined) ?? (await held(0))
  if (port === undefined) throw new Error('No free TCP port on 127.0.0.1')
  return port
}

/**
 * A port that nobody listens on now. Another program may take it before the caller does, so callers retry when binding
 * fails, or hold it (`holdPort`).
 */
export async function freePort(preferred = 0): Promise<number> {
  const { port, release } = await holdPort(preferred)
  await release()
  return port
}
