import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TestWorkflowEnvironment } from '@temporalio/testing'

/** Has Temporal's SDK download the dev server for this machine, sees it run once, and keeps it as `program`. */
async function download(program: string): Promise<void> {
  const downloadDir = join(dirname(program), 'download')
  rmSync(downloadDir, { recursive: true, force: true }) // A try that was ended half-way left it.
  mkdirSync(downloadDir)
  try {
    const server = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', downloadDir }, log: { level: 'error', format: 'pretty' } },
    })
    await server.teardown()
    const [downloaded] = readdirSync(downloadDir)
    if (!downloaded) throw new Error('the SDK kept nothing')
    renameSync(join(downloadDir, downloaded), program)
  } finally {
    rmSync(downloadDir, { recursive: true, force: true })
  }
}

/** The cause at the end of a chain that repeats the address at each link. */
const causeOf = (error: unknown): string =>
  (error instanceof Error ? error.message : 'unknown error').split('\n')[0]?.split(/\): /).at(-1) ?? ''

const [program] = process.argv.slice(2)
if (!program) throw new Error('usage: temporal-download.ts <program>')
try {
  await download(program)
  process.exit(0)
} catch (error) {
  console.error(causeOf(error))
  process.exit(1)
}
