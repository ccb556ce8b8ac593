import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Part } from './processes.ts'
import { withLock } from './run-lock.ts'

const buildLimitMs = 900_000

/** What `next build` reads. Tests and what only other processes run are left out. */
const folders = ['api', 'app', 'db', 'domain', 'gateways', 'lib', 'messages', 'search', 'ui', 'public']
const files = ['package.json', 'package-lock.json', 'next.config.js', 'postcss.config.js', 'tsconfig.json']
const leftOut = /(\.(test|spec)\.tsx?$)|(^db\/(seed|migrations|functions)\/)/

/** One hash over the names and texts of the sources that make the build below `root`. */
export function sourceHash(root: string): string {
  const below = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
    )
  const hash = createHash('sha256').update(process.version)
  for (const path of [...files.filter((file) => existsSync(join(root, file))), ...below].sort()) {
    if (!leftOut.test(path)) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

const stamp = (root: string): string => join(root, '.next/medley-sources')

/** Whether the build in `.next` is of these sources. */
export const isBuilt = (root: string): boolean =>
  existsSync(stamp(root)) && readFileSync(stamp(root), 'utf8') === sourceHash(root)

/**
 * Builds the pages for production unless `.next` is of these sources; others who want to build the same wait. `run` runs
 * Next to its end and throws when it fails.
 */
export const build = (root: string, run: (part: Part) => Promise<void>): Promise<void> =>
  withLock(join(root, 'node_modules/.medley-build.lock'), buildLimitMs, async () => {
    if (isBuilt(root)) return
    const hash = sourceHash(root)
    const args = [join(root, 'node_modules/next/dist/bin/next'), 'build']
    const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
    await run({ name: 'build', command: process.execPath, args, env })
    writeFileSync(stamp(root), hash)
  })
