import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { SMTPServer, type SMTPServerError } from 'smtp-server'
import { MailStore } from './mail-store.ts'

/** What goes wrong on demand. The counters run down with each message; `down` refuses connections until it is false. */
export type MailFaults = {
  rejectNext: number
  /** The answer to those: 550 refuses for good, 451 asks to try later. */
  rejectCode: number
  /** Keeps the next messages but breaks the connection before saying so. */
  loseAnswerNext: number
  delayMs: number
  down: boolean
}

export type MailCatcher = { smtpPort: number; httpPort: number; smtpUrl: string; url: string; stop(): Promise<void> }

const noFaults: MailFaults = { rejectNext: 0, rejectCode: 550, loseAnswerNext: 0, delayMs: 0, down: false }
const largestMail = 1_048_576
const largestBody = 10_000
const host = '127.0.0.1'

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/**
 * A mail server for demo and tests: real SMTP in, nothing out. Keeps what it gets under `dir` and shows it over HTTP on
 * loopback: GET /messages (?to=address&limit=100, newest first), GET /messages/:id, DELETE /messages, GET and POST
 * /faults (any part of MailFaults). Port 0 takes a free one.
 */
export async function startMailCatcher(options: {
  smtpPort: number
  httpPort: number
  dir: string
}): Promise<MailCatcher> {
  const store = new MailStore(options.dir)
  const faults: MailFaults = { ...noFaults }
  let smtp: SMTPServer | undefined = await listen(store, faults, options.smtpPort)
  const smtpPort = portOf(smtp.server)
  const setFaults = async (change: Partial<MailFaults>): Promise<void> => {
    Object.assign(faults, change)
    if (faults.down && smtp) {
      await end(smtp)
      smtp = undefined
    } else if (!faults.down && !smtp) {
      smtp = await listen(store, faults, smtpPort)
    }
  }
  const http = createServer((request, response) => {
    answer({ store, faults, setFaults }, request, response).catch(() => send(response, 500, { error: 'failed' }))
  })
  http.listen(options.httpPort, host)
  await once(http, 'listening')
  const httpPort = portOf(http)
  const stop = async (): Promise<void> => {
    if (smtp) await end(smtp)
    http.closeAllConnections()
    http.close()
  }
  return { smtpPort, httpPort, smtpUrl: `smtp://${host}:${smtpPort}`, url: `http://${host}:${httpPort}`, stop }
}

async function listen(store: MailStore, faults: MailFaults, port: number): Promise<SMTPServer> {
  const server: SMTPServer = new SMTPServer({
    banner: 'Medley mail catcher',
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: largestMail,
    logger: false,
    onAuth: (_auth, _session, done) => done(null, { user: 'anyone' }),
    onData: (stream, session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(refusal(552, 'Too large'))
        const to = session.envelope.rcptTo.map(({ address }) => address)
        const cut = () => [...server.connections].find(({ session: its }) => its === session)?._socket.destroy()
        receive(store, faults, { raw: Buffer.concat(parts), to, cut }).then(
          () => done(null, 'Kept'),
          (error: Error) => done(error),
        )
      })
    },
  })
  server.on('error', () => undefined)
  server.listen(port, host)
  await once(server.server, 'listening')
  return server
}

const refusal = (code: number, words: string): SMTPServerError =>
  Object.assign(new Error(words), { responseCode: code })

/** A message on its way in; `cut` breaks its connection. */
type Incoming = { raw: Buffer; to: string[]; cut(): void }

async function receive(store: MailStore, faults: MailFaults, { raw, to, cut }: Incoming): Promise<void> {
  if (faults.delayMs > 0) await sleep(faults.delayMs)
  if (faults.rejectNext > 0) {
    faults.rejectNext -= 1
    throw refusal(faults.rejectCode, `<${to.join(', ')}>: refused on demand`)
  }
  await store.add(raw, to)
  if (faults.loseAnswerNext > 0) {
    faults.loseAnswerNext -= 1
    cut()
  }
}

/** Closes the port at once, open connections too: like a server whose machine lost power. */
async function end(server: SMTPServer): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()))
  for (const connection of server.connections) connection._socket.destroy()
  await closed
}

type Parts = { store: MailStore; faults: MailFaults; setFaults(change: Partial<MailFaults>): Promise<void> }

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${host}`)
  const asked = `${request.method} ${url.pathname}`
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
    return send(response, 403, { error: 'loopback only' })
  }
  if (asked === 'GET /messages') {
    const limit = Math.min(Math.max(Number(url.searchParams.get('limit')) || 100, 1), 2_000)
    return send(response, 200, parts.store.list(limit, url.searchParams.get('to') ?? undefined))
  }
  if (asked === 'DELETE /messages') {
    parts.store.clear()
    return send(response, 200, {})
  }
  if (asked === 'GET /faults') return send(response, 200, parts.faults)
  if (asked === 'POST /faults') {
    const change = readFaults(await bodyOf(request))
    if (!change) return send(response, 400, { error: 'not a part of the faults', faults: noFaults })
    await parts.setFaults(change)
    return send(response, 200, parts.faults)
  }
  const opened = /^GET \/messages\/([\d-]{1,30})$/.exec(asked)?.[1]
  const mail = opened ? await parts.store.open(opened) : undefined
  return mail ? send(response, 200, mail) : send(response, 404, { error: 'not found' })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) {
    text += String(part)
    if (text.length > largestBody) return ''
  }
  return text
}

function readFaults(text: string): Partial<MailFaults> | undefined {
  try {
    const given: unknown = JSON.parse(text)
    if (typeof given !== 'object' || given === null) return undefined
    const fits = Object.entries(given).every(
      ([name, value]) => name in noFaults && typeof value === typeof noFaults[name as keyof MailFaults],
    )
    return fits ? (given as Partial<MailFaults>) : undefined
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      'smtp-port': { type: 'string', default: '0' },
      'http-port': { type: 'string', default: '0' },
      dir: { type: 'string', default: '.data/mail' },
    },
  })
  const catcher = await startMailCatcher({
    smtpPort: Number(values['smtp-port']),
    httpPort: Number(values['http-port']),
    dir: resolve(values.dir),
  })
  const { smtpPort, httpPort, smtpUrl, url } = catcher
  process.stdout.write(`${JSON.stringify({ smtpPort, httpPort, smtpUrl, url })}\n`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void catcher.stop().finally(() => process.exit(0))
    })
  }
}
