import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { freePort } from './ports.ts'
import { ephemeralFolder, sweepEphemeral } from './postgres-ephemeral.ts'
import { binaries, clusterFolder, makeOwned, type RunAs, runAs, utf8Locale } from './postgres-home.ts'
import { gone, isAlive, processName, signal } from './process.ts'

const startLimitMs = 30_000
const recoveryLimitMs = 120_000

/** A running server. `adminUrl` is the superuser's, on database `postgres`; `exited` resolves when the server is gone. */
export type Postgres = { adminUrl: string; port: number; pid: number; exited: Promise<void>; stop(): Promise<void> }

export type PostgresOptions = {
  /** Where the cluster, its password and its log live. Left out only for an ephemeral one. */
  dir?: string
  /** The port to use when it is free; otherwise the last one used, otherwise any. */
  port?: number
  /** For tests: under the system's temporary folder, without fsync, removed by `stop`. */
  ephemeral?: boolean
  log?: (line: string) => void
}

type Cluster = { home: string; data: string; log: string; password: string; who: RunAs; ephemeral: boolean }

/**
 * Starts PostgreSQL 18 on 127.0.0.1 from its npm package; makes the cluster on first use. A server of ours that
 * outlived an earlier run is adopted; the children of one that was killed are waited for, up to 30 s.
 * Throws with the end of the server's log when it cannot start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const say = options.log ?? (() => {})
  const ephemeral = options.ephemeral ?? false
  if (ephemeral) await sweepEphemeral()
  const dir = options.dir ?? (ephemeral ? ephemeralFolder() : undefined)
  if (!dir) throw new Error('startPostgres needs a dir, or ephemeral')
  const who = runAs()
  mkdirSync(dir, { recursive: true })
  const folder = clusterFolder(dir, who)
  const cluster: Cluster = {
    home: binaries(who),
    data: join(folder, 'cluster'),
    log: join(dir, 'postgres.log'),
    password: passwordOf(dir),
    who,
    ephemeral,
  }
  if (folder !== dir) say(`the cluster is in ${folder}: ${dir} is closed to the account that runs Postgres`)
  if (!existsSync(join(cluster.data, 'PG_VERSION'))) initialise(cluster)
  const { pid, port, adopted } = await running(cluster, dir, options.port)
  if (adopted) say(`a server of an earlier run is still there (process ${pid}): using it`)
  writeFileSync(join(dir, 'port'), String(port))
  return handle(cluster, dir, pid, port)
}

/** Ends the server of the cluster in `dir` when one is left running, and removes the cluster, wherever it was put. */
export async function removeCluster(dir: string): Promise<void> {
  if (!existsSync(dir)) return
  const folder = clusterFolder(dir, runAs())
  const left = liveServer({ data: join(folder, 'cluster') })
  if (left) {
    signal(left.pid, 'SIGQUIT')
    if (!(await gone(left.pid, 10_000)))
      throw new Error(`Postgres (process ${left.pid}) does not end: kill it, then again.`)
  }
  for (const each of new Set([folder, dir])) rmSync(each, { recursive: true, force: true })
}

function handle(cluster: Cluster, dir: string, pid: number, port: number): Postgres {
  let stopping: Promise<void> | undefined
  const atExit = () => signal(pid, 'SIGQUIT')
  if (cluster.ephemeral) process.once('exit', atExit)
  const stop = async (): Promise<void> => {
    process.off('exit', atExit)
    signal(pid, 'SIGINT')
    if (!(await gone(pid, 20_000))) signal(pid, 'SIGQUIT')
    await gone(pid, 10_000)
    if (cluster.ephemeral) rmSync(dir, { recursive: true, force: true })
  }
  return {
    adminUrl: adminUrl(cluster.password, port),
    port,
    pid,
    exited: watched(pid),
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

async function watched(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(250, undefined, { ref: false })
}

const adminUrl = (password: string, port: number): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/postgres`

/** The superuser's password, made once, in a file that only we can read. */
function passwordOf(dir: string): string {
  const file = join(dir, 'password')
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

function initialise(cluster: Cluster): void {
  rmSync(cluster.data, { recursive: true, force: true })
  makeOwned(cluster.data, cluster.who)
  const passwordFile = `${cluster.data}.password`
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 })
  if (cluster.who) chownSync(passwordFile, cluster.who.uid, cluster.who.gid)
  const args = ['--pgdata', cluster.data, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  args.push('--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8')
  args.push('--locale=C', `--lc-ctype=${utf8Locale()}`, '--no-instructions')
  if (cluster.ephemeral) args.push('--no-sync')
  const made: SpawnSyncReturns<string> = spawnSync(join(cluster.home, 'bin/initdb'), args, {
    ...cluster.who,
    cwd: '/',
    encoding: 'utf8',
  })
  rmSync(passwordFile, { force: true })
  if (made.status === 0) return
  rmSync(cluster.data, { recursive: true, force: true })
  throw new Error(`initdb failed: ${made.error?.message ?? ''}${made.stderr ?? ''}`)
}

type Running = { pid: number; port: number; adopted: boolean }

/** Adopts the live server of this cluster or starts one; repeats while what an earlier one left behind is in the way. */
async function running(cluster: Cluster, dir: string, wanted: number | undefined): Promise<Running> {
  const until = Date.now() + startLimitMs
  const remembered = wanted ?? (existsSync(join(dir, 'port')) ? Number(readFileSync(join(dir, 'port'), 'utf8')) : 0)
  for (let attempt = 0; ; attempt++) {
    const found = liveServer(cluster)
    if (found) {
      if (await answers(cluster, found.port, found.pid)) return { ...found, adopted: true }
    } else {
      const port = await freePort(remembered)
      const failure = await launch(cluster, port)
      if (typeof failure === 'number') return { pid: failure, port, adopted: false }
      if (!/already exists|still in use|could not bind|Address already in use/.test(failure)) {
        throw new Error(`Postgres did not start:\n${failure}`)
      }
    }
    if (Date.now() > until) throw new Error(`Postgres did not start within 30 s:\n${logTail(cluster)}`)
    await sleep(Math.min(1_000, 100 * (attempt + 1)))
  }
}

/** The server named by postmaster.pid when it runs. A process id that another program has now is taken out of the file. */
function liveServer(cluster: Pick<Cluster, 'data'>): { pid: number; port: number } | undefined {
  const file = join(cluster.data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const [pid = '', ...rest] = readFileSync(file, 'utf8').split('\n')
  if (!isAlive(Number(pid))) return undefined
  if (processName(Number(pid))?.includes('postgres')) return { pid: Number(pid), port: Number(rest[2]) }
  // Postgres would wait for that stranger for ever. The rest of the file stays: it names the shared memory that must be free.
  writeFileSync(file, ['2147483646', ...rest].join('\n'))
  return undefined
}

/** Waits until the server takes connections; false when it goes away first. */
async function answers(cluster: Cluster, port: number, pid: number): Promise<boolean> {
  const until = Date.now() + recoveryLimitMs
  while (isAlive(pid) && Date.now() < until) {
    const sql = postgres(adminUrl(cluster.password, port), { max: 1, connect_timeout: 5, onnotice: () => {} })
    try {
      const [row] = await sql`select current_setting('data_directory') as data`
      return row?.data === cluster.data
    } catch {
      await sleep(50)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
  return false
}

/** An eighth of the memory, within bounds: a laptop keeps its own, a whole country's listings stay in memory. */
const sharedBuffersMb = (): number => Math.round(Math.min(2_048, Math.max(128, totalmem() / 8 / 2 ** 20)))

function settings(cluster: Cluster, port: number): string[] {
  const set: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    shared_buffers: cluster.ephemeral ? '128MB' : `${sharedBuffersMb()}MB`,
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
    max_connections: 120,
    // Room for whatever takes locks by the thousand: a full lock table refuses every connection of the cluster.
    max_locks_per_transaction: 512,
    jit: 'off',
    timezone: 'UTC',
    log_line_prefix: '%m [%p] %u@%d ',
    log_checkpoints: 'off',
    ...(cluster.ephemeral ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  }
  return Object.entries(set).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** libfaketime's settings when our own clock is shifted by it, so that the server's shows the same (see scripts/test/clock.ts). */
function ownClock(): Record<string, string> {
  if (!process.env.FAKETIME) return {}
  const names = ['LD_PRELOAD', 'FAKETIME', 'FAKETIME_DONT_FAKE_MONOTONIC', 'NO_FAKE_STAT']
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']))
}

/** Starts the server in its own session (so that Ctrl-C reaches only us). Gives its process id, or why it ended. */
async function launch(cluster: Cluster, port: number): Promise<number | string> {
  if (existsSync(cluster.log) && statSync(cluster.log).size > 20_000_000) truncateSync(cluster.log)
  const before = existsSync(cluster.log) ? statSync(cluster.log).size : 0
  const log = openSync(cluster.log, 'a', 0o600)
  const child = spawn(join(cluster.home, 'bin/postgres'), ['-D', cluster.data, ...settings(cluster, port)], {
    ...cluster.who,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { NODE_ENV: 'production', PATH: '/usr/bin:/bin', LC_ALL: 'C', ...ownClock() },
  })
  closeSync(log)
  const failed = new Promise<false>((resolve) => child.once('error', () => resolve(false)))
  child.unref()
  if (child.pid === undefined) return `${join(cluster.home, 'bin/postgres')} could not be run`
  const ready = await Promise.race([failed, answers(cluster, port, child.pid)])
  if (ready) return child.pid
  if (isAlive(child.pid)) signal(child.pid, 'SIGQUIT')
  await gone(child.pid, 5_000)
  return logTail(cluster, before) || 'the server ended without a word'
}

const logTail = (cluster: Cluster, from = 0): string =>
  readFileSync(cluster.log).subarray(from).toString('utf8').split('\n').slice(-12).join('\n').trim()
