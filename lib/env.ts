import { z } from 'zod'
import { isLoopback, isLoopbackName } from './address.ts'

/** The settings that the product cannot run without, each with what it is for. */
const required = {
  DATABASE_URL: 'the Postgres address of login medley_web',
  DATABASE_AUTH_URL: 'the Postgres address of login medley_signin, for sign-in only',
  DATABASE_WORKER_URL: 'the Postgres address of login medley_jobs',
  DATABASE_OWNER_URL: 'the Postgres address of login medley_owner, for migrations and seed only',
  CONTEXT_KEY: 'the key that signs the tenant context, as kid:hex with at least 32 bytes',
  CAPABILITY_KEY: 'the key that signs guest links, hex, at least 32 bytes; a second one after a comma is accepted too',
  NEXTAUTH_SECRET: 'the key of the sign-in cookies, at least 32 characters',
  PUBLIC_URL: 'the address people use, as https://…',
} as const

/** Which of them, and which optional ones, each production process stops without. */
const neededBy = {
  web: ['DATABASE_URL', 'DATABASE_AUTH_URL', 'CONTEXT_KEY', 'CAPABILITY_KEY', 'NEXTAUTH_SECRET', 'PUBLIC_URL'],
  worker: ['DATABASE_WORKER_URL', 'CONTEXT_KEY', 'CAPABILITY_KEY', 'PUBLIC_URL', 'SMTP_URL', 'TEMPORAL_ADDRESS'],
} as const

const optionalUse: Record<string, string> = {
  SMTP_URL: 'the mail server, as smtps://user:password@host:465',
  TEMPORAL_ADDRESS: 'the Temporal server, as host:port',
}

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ })
const oneOrTwoKeys = z
  .string()
  .regex(/^([0-9a-f]{2}){32,}(,([0-9a-f]{2}){32,})?$/i, 'one or two keys of at least 32 bytes in hex, a comma between')
const count = z.coerce.number().int().positive()
const text = z.string().min(1)

const settings = z.object({
  NODE_ENV: z.string().default('development'),
  MEDLEY_MODE: z.enum(['demo']).optional(),
  MEDLEY_DATA_DIR: text.default('.data'),
  HOST: text.optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  LISTEN_FDS: z.literal('1').optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUSTED_PROXIES: z.string().default(''),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_AUTH_URL: postgresUrl.optional(),
  DATABASE_WORKER_URL: postgresUrl.optional(),
  DATABASE_OWNER_URL: postgresUrl.optional(),
  CONTEXT_KEY: z
    .string()
    .regex(/^[a-z0-9]{1,16}:([0-9a-f]{2}){32,}$/i, 'kid:hex, at least 32 bytes')
    .optional(),
  CAPABILITY_KEY: oneOrTwoKeys.optional(),
  NEXTAUTH_SECRET: z.string().min(32).optional(),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s:/]+:\d+$/, 'host:port')
    .optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: text.default('Medley <no-reply@medley.example>'),
  MAIL_CATCHER_URL: z.url().optional(),
  RATE_LIMIT_PER_MINUTE: count.optional(),
  RATE_LIMIT_PAGES_PER_MINUTE: count.optional(),
  RATE_LIMIT_FORMS_PER_MINUTE: count.optional(),
  RATE_LIMIT_HOLDS_PER_ADDRESS: count.optional(),
  RATE_LIMIT_HOLDS_PER_LISTING_DAY: count.optional(),
  RATE_LIMIT_BIRTH_DATES_PER_HOUR: count.optional(),
  RATE_LIMIT_BOOKINGS_PER_ADDRESS: count.optional(),
  RATE_LIMIT_BOOKINGS_PER_LISTING_DAY: count.optional(),
  RATE_LIMIT_BOOKINGS_PER_CONTACT: count.optional(),
  RATE_LIMIT_MESSAGES_PER_CONTACT: count.optional(),
  RATE_LIMIT_MESSAGES_PER_VISIT: count.optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  CHROMIUM_PATH: text.optional(),
  MEDLEY_TEST_ADMIN_URL: postgresUrl.optional(),
  VITEST_POOL_ID: text.optional(),
  XDG_CACHE_HOME: text.optional(),
})

/** The demo signs anyone in by one click, so nothing but this machine may reach it. Elsewhere cookies and links need TLS. */
const shape = settings.superRefine(({ MEDLEY_MODE, PUBLIC_URL, TRUSTED_PROXIES }, context) => {
  const refuse = (name: keyof typeof settings.shape, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message })
  const { protocol, hostname } = new URL(PUBLIC_URL ?? 'https://localhost')
  if (MEDLEY_MODE !== 'demo') {
    if (protocol === 'http:') refuse('PUBLIC_URL', 'https: is required outside the demo')
    return
  }
  if (!isLoopbackName(hostname)) refuse('PUBLIC_URL', 'the demo has one-click accounts: 127.0.0.1 or localhost only')
  if (TRUSTED_PROXIES.trim() !== '') refuse('TRUSTED_PROXIES', 'the demo has one-click accounts: no proxy before it')
})

type Shape = z.output<typeof shape>
type Lazy = keyof typeof required

/** The settings, typed. Reading one that is required and missing throws an Error that names it. */
export type Env = Omit<Shape, Lazy> & { readonly [K in Lazy]: NonNullable<Shape[K]> }

const filled = (source: NodeJS.ProcessEnv): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))

/**
 * Parses settings; empty ones count as missing. Throws an Error naming every one that is malformed (never its value).
 * A required one that is missing throws only when it is read, so that a build needs no secrets.
 */
export function parseEnv(source: NodeJS.ProcessEnv): Env {
  const parsed = shape.safeParse(filled(source))
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`These settings are malformed:\n${faults.join('\n')}`)
  }
  const values = defined(parsed.data)
  const lazy = Object.fromEntries(
    namesOf(required)
      .filter((name) => values[name] === undefined)
      .map((name) => [name, { enumerable: false, get: () => missing(name) }]),
  )
  for (const name of Object.keys(lazy)) delete values[name as Lazy]
  return Object.defineProperties(values, lazy) as Env
}

const defined = (values: Shape): Shape =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Shape

const namesOf = <T extends object>(record: T): (keyof T)[] => Object.keys(record) as (keyof T)[]

function missing(name: keyof typeof required): never {
  throw new Error(`${name} is not set: ${required[name]}. "npm start" sets it for the demo.`)
}

let memo: Env | undefined

/** This process's settings, parsed once. See `parseEnv` for what it throws. */
export function env(): Env {
  memo ??= parseEnv(process.env)
  return memo
}

/** Changes this process's settings; undefined takes one out. For tests and for scripts that start the parts in-process. */
export function changeEnv(changes: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  memo = undefined
}

/** The keys of what we hand to guests: `current` signs, each of `accepted` (`current` first) is taken while keys are rotated. */
export function capabilityKeys(): { current: Buffer; accepted: Buffer[] } {
  const accepted = env()
    .CAPABILITY_KEY.split(',')
    .map((hex) => Buffer.from(hex, 'hex'))
  const [current] = accepted
  if (!current) throw new Error(`CAPABILITY_KEY holds no key: ${required.CAPABILITY_KEY}.`)
  return { current, accepted }
}

/** Whether this is the demo that `npm start` runs: one-click accounts, /dev pages, loopback only. */
export const isDemo = (): boolean => env().MEDLEY_MODE === 'demo'

/**
 * What one address may do: calls of the API, pages, and forms sent in a minute; live holds in all and on one day of one
 * listing; birth dates tried in an hour; bookings within 24 hours in all and on one day of one listing.
 */
export type Allowance = {
  callsPerMinute: number
  pagesPerMinute: number
  formsPerMinute: number
  holds: number
  holdsPerListingDay: number
  birthDatesPerHour: number
  bookings: number
  bookingsPerListingDay: number
}

const strangers: Allowance = {
  ...{ callsPerMinute: 120, pagesPerMinute: 600, formsPerMinute: 120 },
  ...{ holds: 5, holdsPerListingDay: 3, birthDatesPerHour: 30 },
  ...{ bookings: 20, bookingsPerListingDay: 4 },
}
const ownMachine: Allowance = {
  ...{ callsPerMinute: 2_000, pagesPerMinute: 20_000, formsPerMinute: 5_000 },
  ...{ holds: 1_000, holdsPerListingDay: 50, birthDatesPerHour: 1_000 },
  ...{ bookings: 10_000, bookingsPerListingDay: 1_000 },
}

/**
 * What whoever calls from `address` may do. A number that is set (RATE_LIMIT_…) counts for everyone; the demo gives the
 * browser and the scripts of its own machine more room, and nobody else.
 */
export function allowanceOf(address: string): Allowance {
  const usual = isDemo() && isLoopback(address) ? ownMachine : strangers
  const set = env()
  return {
    callsPerMinute: set.RATE_LIMIT_PER_MINUTE ?? usual.callsPerMinute,
    pagesPerMinute: set.RATE_LIMIT_PAGES_PER_MINUTE ?? usual.pagesPerMinute,
    formsPerMinute: set.RATE_LIMIT_FORMS_PER_MINUTE ?? usual.formsPerMinute,
    holds: set.RATE_LIMIT_HOLDS_PER_ADDRESS ?? usual.holds,
    holdsPerListingDay: set.RATE_LIMIT_HOLDS_PER_LISTING_DAY ?? usual.holdsPerListingDay,
    birthDatesPerHour: set.RATE_LIMIT_BIRTH_DATES_PER_HOUR ?? usual.birthDatesPerHour,
    bookings: set.RATE_LIMIT_BOOKINGS_PER_ADDRESS ?? usual.bookings,
    bookingsPerListingDay: set.RATE_LIMIT_BOOKINGS_PER_LISTING_DAY ?? usual.bookingsPerListingDay,
  }
}

/**
 * What guests may do to one contact within 24 hours, whoever they are: bookings for an e-mail address or a phone number,
 * messages to an address that has not yet opened one, and messages about one visit.
 */
export type ContactAllowance = { bookings: number; messages: number; messagesPerVisit: number }

/** The same for every caller; the demo, whose mails are caught on its own machine, gives more room. */
export function contactAllowance(): ContactAllowance {
  const set = env()
  const usual = isDemo() ? 10_000 : undefined
  return {
    bookings: set.RATE_LIMIT_BOOKINGS_PER_CONTACT ?? usual ?? 10,
    messages: set.RATE_LIMIT_MESSAGES_PER_CONTACT ?? usual ?? 10,
    messagesPerVisit: set.RATE_LIMIT_MESSAGES_PER_VISIT ?? usual ?? 6,
  }
}

/** A required setting, or undefined where `env()` would throw because it is missing. */
export const optionalSetting = <K extends keyof Env>(name: K): Env[K] | undefined =>
  Object.getOwnPropertyDescriptor(env(), name)?.value

/** One line for each setting that this process needs and that is missing: "NAME: what it is for". */
export const missingSettings = (part: keyof typeof neededBy, source: NodeJS.ProcessEnv = process.env): string[] =>
  neededBy[part]
    .filter((name) => !source[name])
    .map((name) => `${name}: ${name in required ? required[name as keyof typeof required] : optionalUse[name]}`)

/** The environment for a child process: ours with `changes`; undefined takes a variable out. */
export const childEnv = (changes: Record<string, string | undefined>): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries({ ...process.env, ...changes }).filter(([, value]) => value !== undefined),
  ) as NodeJS.ProcessEnv
