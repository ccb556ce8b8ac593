import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { baseBackup } from './stack/base-backup.ts'
import { clusterFolder, runAs } from './stack/postgres-home.ts'
import { dataDir } from './stack/run-file.ts'
import { step } from './stack/steps.ts'
import { superuserUrl } from './stack/superuser.ts'

/**
 * Copies the running demo's database and its keys into a new folder, while people book. The copy is a data folder:
 * `MEDLEY_DATA_DIR=<folder> npm start` brings it up as everything stood when this ended. Mails, logs and Temporal's
 * history are not in it.
 */
const [wanted] = process.argv.slice(2)
function stop(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
if (!wanted) stop('Usage: npm run backup -- <new folder>')
const target = resolve(wanted)
if (existsSync(target)) stop(`${target} exists. A backup goes into a folder of its own.`)
mkdirSync(target, { recursive: true, mode: 0o755 })
const home = join(target, 'postgres')
if (clusterFolder(home, runAs()) !== home)
  stop(`${target} is closed to the account that runs Postgres. Choose a folder that "nobody" can walk into.`)

const from = dataDir()
try {
  await step('Backup', () =>
    baseBackup({
      adminUrl: superuserUrl(from),
      from: join(clusterFolder(join(from, 'postgres'), runAs()), 'cluster'),
      to: join(home, 'cluster'),
    }),
  )
  cpSync(join(from, 'postgres/password'), join(home, 'password'))
  cpSync(join(from, 'secrets.json'), join(target, 'secrets.json'))
  console.log(`It is in ${target}. It holds patients' data and the keys: keep it where only you can read it.`)
} catch (error) {
  stop(error instanceof Error ? error.message : 'unknown error')
}
