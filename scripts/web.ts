import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import next from 'next'
import { faultOfLogin } from '#db/self-check.ts'
import { isLoopback } from '#lib/address.ts'
import { changeEnv, env, isDemo, missingSettings } from '#lib/env.ts'
import { log } from '#lib/log.ts'
import { apiBeside } from './web/api.ts'
import { consoleToLog } from './web/console.ts'
import { readProxies } from './web/forwarded.ts'
import { drain, webServer } from './web/server.ts'

/**
 * The web server: node:http in front of Next and the API. `--dev` compiles on demand. Production stops here, naming each secret
 * that is missing; the demo, which `npm start` sets up, listens on 127.0.0.1 only. SIGTERM lets open calls finish.
 */
function stop(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

const lacking = missingSettings('web')
if (lacking.length > 0) {
  stop(
    `Medley does not start without these settings:\n  ${lacking.join('\n  ')}\nFor the demo on your own machine: npm start`,
  )
}

// next-auth reads the public address under a name of its own, and would else take it from whoever calls.
changeEnv({ NEXTAUTH_URL: env().PUBLIC_URL })
const dev = process.argv.includes('--dev')
const host = env().HOST ?? (isDemo() ? '127.0.0.1' : '0.0.0.0')
if (isDemo() && !['127.0.0.1', '::1', 'localhost'].includes(host)) {
  stop('The demo has one-click accounts: it listens on 127.0.0.1 only. Take HOST out.')
}
const port = env().PORT

const looked = Promise.all([faultOfLogin(env().DATABASE_URL), faultOfLogin(env().DATABASE_AUTH_URL)]).then(
  ([fault, authFault]) => (fault ?? authFault) && stop(fault ?? authFault ?? ''),
  (err: unknown) => log.error({ part: 'postgres', err }, 'the login could not be looked at'),
)
// What the framework says in development is for the terminal.
if (!dev) consoleToLog()
const app = next({ dev, hostname: host, port })
let isDraining = false
// In development Next takes this server's upgrades by itself, at its first request: handled twice, no page could be left.
const server = webServer(apiBeside(app.getRequestHandler()), {
  proxies: readProxies(env().TRUSTED_PROXIES),
  publicUrl: env().PUBLIC_URL,
  isDraining: () => isDraining,
  isDevelopment: dev,
})
// Pages that need no database are there while it is away: a start does not wait for it.
await Promise.all([app.prepare(), Promise.race([looked, sleep(1_000)])])
server.once('error', (error: NodeJS.ErrnoException) => stop(`Port ${port} on ${host}: ${error.code ?? error.message}`))
// A supervisor that holds the socket (systemd, `npm start`) hands it over as descriptor 3: connections wait there while
// no process of ours accepts them.
server.listen(env().LISTEN_FDS === undefined ? { port, host } : { fd: 3 }, () => {
  const bound = server.address() as AddressInfo
  if (isDemo() && !isLoopback(bound.address)) stop('The demo has one-click accounts: its socket is open to others.')
  log.info({ part: 'web', port: bound.port }, 'listening')
  process.send?.('ready')
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    isDraining = true
    log.info({ part: 'web', signal }, 'stopping: open calls finish first')
    drain(server)
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (err: unknown) => {
          log.error({ part: 'web', err }, 'stopped badly')
          process.exit(1)
        },
      )
  })
}
