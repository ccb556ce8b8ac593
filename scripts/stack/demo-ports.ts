import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env } from '#lib/env.ts'
import type { Ports } from './parts.ts'
import { type HeldPort, holdPort } from './ports.ts'
import { listeningSocket } from './socket.ts'

type Lent = Exclude<keyof Ports, 'web'>

/**
 * The ports of one demo. The web's is a socket of ours that listens from now on; the others are held until the part that
 * listens there is started (`release`): another demo may start beside this one.
 */
export type DemoPorts = { ports: Ports; webSocket: number; release(...names: Lent[]): Promise<void> }

/** Takes free ports, the last run's in `dir` where they still are, so that links in old mails keep working. */
export async function demoPorts(dir: string): Promise<DemoPorts> {
  const file = join(dir, 'ports.json')
  const last: Partial<Ports> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const web = listeningSocket(last.web ?? env().PORT)
  const ports: Ports = { web: web.port, smtp: 0, mail: 0, temporal: 0 }
  const held = new Map<Lent, HeldPort>()
  for (const name of ['smtp', 'mail', 'temporal'] as const) {
    const port = await holdPort(last[name])
    held.set(name, port)
    ports[name] = port.port
  }
  writeFileSync(file, JSON.stringify(ports))
  const release = async (...names: Lent[]): Promise<void> => {
    await Promise.all(names.map((name) => held.get(name)?.release()))
  }
  return { ports, webSocket: web.fd, release }
}
