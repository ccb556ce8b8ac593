// Plain JavaScript with builtins only: this runs before anything is installed, on the Node that the machine has.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const oldestNode = [20, 9]
const neededBytes = 1_500_000_000

/** @param {string} version as process.versions.node says it */
export const isTooOld = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])
}

/**
 * Why the installed packages are not the lock's, or undefined when they are.
 * @param {Record<string, {version?: string, optional?: boolean, link?: boolean}>} wanted the lock's `packages`
 * @param {Record<string, {version?: string}> | undefined} installed the same of node_modules/.package-lock.json
 */
export function whyInstall(wanted, installed) {
  if (!installed) return 'nothing is installed yet'
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue
    const found = installed[path]
    if (!found && !entry.optional) return `${path} is missing`
    if (found && found.version !== entry.version) return `${path} is ${found.version}, the lock says ${entry.version}`
  }
  return undefined // Packages beyond the lock do no harm: somebody is trying one out.
}

const packagesOf = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined)

/** The Node that the product runs on, from its npm package. @param {string} root */
export const ownNode = (root) => join(root, 'node_modules/node/bin/node')

/** Why `npm ci` must run, or undefined. @param {string} root */
export function reasonToInstall(root) {
  const reason = whyInstall(
    packagesOf(join(root, 'package-lock.json')) ?? {},
    packagesOf(join(root, 'node_modules/.package-lock.json')),
  )
  if (reason) return reason
  return spawnSync(ownNode(root), ['--version']).status === 0 ? undefined : 'its Node does not run'
}

/** What stands in the way before anything starts, in words with the fix; empty when nothing does. @param {string} root */
export function obstacles(root) {
  const found = []
  if (isTooOld(process.versions.node)) {
    found.push(
      `Node ${process.versions.node} is too old: Medley starts with Node ${oldestNode.join('.')} or newer (nodejs.org).`,
    )
  }
  if (!['linux', 'darwin'].includes(process.platform)) {
    found.push(`Medley runs on Linux and macOS; on ${process.platform} use WSL or a container.`)
  }
  const disk = statfsSync(root)
  const free = disk.bavail * disk.bsize
  if (free < neededBytes) {
    found.push(
      `Only ${Math.floor(free / 1e6)} MB of disk are free under ${root}: make room for ${neededBytes / 1e6} MB.`,
    )
  }
  return found
}
