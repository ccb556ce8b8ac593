// The one way in: `npm start`, `npm test`, `npm run check | dev | doctor`. Plain JavaScript for Node 20.9 and newer,
// builtins only: installs what the lock says, then hands over to the Node that the product brings.
import { spawn, spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { obstacles, ownNode, reasonToInstall } from './start/preflight.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const args = process.argv.slice(2)
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

function install(reason) {
  console.log(`… Installing packages (npm ci): ${reason}`)
  const begun = performance.now()
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const run = spawnSync('npm', options, { cwd: root, stdio: 'inherit' })
  if (run.status !== 0) {
    console.error(
      `✗ npm ci failed (${run.error?.message ?? `exit ${run.status ?? run.signal}`}). Is the package registry reachable?`,
    )
    process.exit(1)
  }
  console.log(`✓ Packages installed  ${seconds(begun)}`)
}

/** Runs a script under the product's Node and ends as it ends. Ctrl-C reaches it from the terminal itself. */
function handOver(script) {
  const child = spawn(ownNode(root), [script, ...args], { cwd: root, stdio: 'inherit' })
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => {
    console.error(`✗ ${error.message}`)
    process.exit(1)
  })
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

const isDoctor = args.includes('--doctor')
const found = obstacles(root)
for (const obstacle of found) console.error(`✗ ${obstacle}`)
if (found.length > 0) process.exit(1)
const reason = reasonToInstall(root)
if (reason && isDoctor) {
  console.error(`✗ Packages: ${reason}. "npm ci" installs them.`)
  process.exit(1)
}
if (reason) install(reason)
handOver(isDoctor ? 'scripts/doctor.ts' : args.includes('--test') ? 'scripts/test.ts' : 'scripts/up.ts')
