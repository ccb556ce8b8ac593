import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a database that can hang: what is sent after `hang` gets no answer, and nothing ends. */
export type HangingWay = { url: string; hang(): void; close(): void }

/** Puts such a way in front of the database at `url`. */
export async function hangingWayTo(url: string): Promise<HangingWay> {
  const { hostname, port } = new URL(url)
  const sockets: Socket[] = []
  let hangs = false
  const server = createServer((socket) => {
    const there = connect(Number(port), hostname)
    sockets.push(socket, there)
    for (const end of [socket, there]) end.on('error', () => {})
    if (!hangs) socket.pipe(there).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const way = new URL(url)
  way.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: way.href,
    hang: () => {
      hangs = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
