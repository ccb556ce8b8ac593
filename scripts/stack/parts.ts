import { join } from 'node:path'
import type { DatabaseUrls } from './database.ts'
import type { Part } from './processes.ts'
import type { Secrets } from './secrets.ts'

export type Ports = { web: number; smtp: number; mail: number; temporal: number }

/** What the parts of one demo must know of each other. */
export type Wiring = {
  root: string
  dir: string
  dev: boolean
  ports: Ports
  secrets: Secrets
  urls: DatabaseUrls
  /** The mail server to send to and where its mails can be read; our own catcher's unless SMTP_URL was set. */
  smtpUrl: string
  mailUrl: string | undefined
  temporalAddress: string
  /** The listening socket that the web accepts on; without one it listens on its port by itself. */
  webSocket?: number
}

/** Where people open the demo, without a slash at the end. */
export const webAddress = (ports: Ports): string => `http://127.0.0.1:${ports.web}`

/** What web and worker share. Each gets its own login only; the owner's is given to neither. */
const common = (wiring: Wiring): Record<string, string | undefined> => ({
  NODE_ENV: wiring.dev ? 'development' : 'production',
  MEDLEY_MODE: 'demo',
  MEDLEY_DATA_DIR: wiring.dir,
  NEXT_TELEMETRY_DISABLED: '1',
  PUBLIC_URL: webAddress(wiring.ports),
  CONTEXT_KEY: wiring.secrets.contextKey,
  CAPABILITY_KEY: wiring.secrets.capabilityKey,
  DATABASE_URL: undefined,
  DATABASE_AUTH_URL: undefined,
  DATABASE_WORKER_URL: undefined,
  DATABASE_OWNER_URL: undefined,
  SMTP_URL: undefined,
  TEMPORAL_ADDRESS: undefined,
})

/** The web server, with the logins `medley_web` and, for sign-in, `medley_signin`. */
export const webPart = (wiring: Wiring): Part => ({
  name: 'web',
  command: process.execPath,
  args: [join(wiring.root, 'scripts/web.ts'), ...(wiring.dev ? ['--dev'] : [])],
  env: {
    ...common(wiring),
    HOST: '127.0.0.1',
    PORT: String(wiring.ports.web),
    DATABASE_URL: wiring.urls.web,
    DATABASE_AUTH_URL: wiring.urls.auth,
    NEXTAUTH_SECRET: wiring.secrets.nextAuthSecret,
    MAIL_CATCHER_URL: wiring.mailUrl,
  },
  ...(wiring.webSocket !== undefined && { socket: wiring.webSocket }),
  // Two that compile on demand would write the same files.
  isSingle: wiring.dev,
})

/** Worker and relay, with the login `medley_jobs`. */
export const workerPart = (wiring: Wiring): Part => ({
  name: 'worker',
  command: process.execPath,
  args: [join(wiring.root, 'workflows/worker.ts')],
  env: {
    ...common(wiring),
    DATABASE_WORKER_URL: wiring.urls.worker,
    SMTP_URL: wiring.smtpUrl,
    TEMPORAL_ADDRESS: wiring.temporalAddress,
  },
})

/** The mail catcher: SMTP for the worker, HTTP for `/dev/outbox`. */
export const mailPart = (wiring: Wiring): Part => ({
  name: 'mail',
  command: process.execPath,
  args: [
    join(wiring.root, 'standins/mail.ts'),
    ...['--smtp-port', String(wiring.ports.smtp), '--http-port', String(wiring.ports.mail)],
    ...['--dir', join(wiring.dir, 'mail')],
  ],
  env: {},
})
