import { spawnSync } from 'node:child_process'
import { BoundSocket } from 'node:net'

/** A TCP port on 127.0.0.1 on which this process listens for others: it never accepts, the part that gets `fd` does. */
export type ListeningSocket = { port: number; fd: number }

// Only a socket that listens keeps others off its port. Node would accept what comes to one that it listens on itself, so
// a process of a moment calls listen(2) on ours.
const listen = "require('node:net').createServer().listen({ fd: 3 }, () => process.exit(0))"

/**
 * Takes a port: `preferred` when it is free, else one the system picks. From now on connections are kept by the kernel
 * until a part accepts them, also between two lives of that part. Throws when no port can be had.
 */
export function listeningSocket(preferred = 0): ListeningSocket {
  for (const port of preferred > 0 ? [preferred, 0] : [0]) {
    const bound = boundTo(port)
    if (!bound) continue
    const { status } = spawnSync(process.execPath, ['--eval', listen], {
      stdio: ['ignore', 'ignore', 'ignore', bound.fd()],
    })
    if (status === 0) return { port: bound.address().port, fd: bound.fd() }
    bound.close()
  }
  throw new Error('No free TCP port on 127.0.0.1')
}

function boundTo(port: number): BoundSocket | undefined {
  try {
    return new BoundSocket({ host: '127.0.0.1', port })
  } catch {
    return undefined
  }
}
