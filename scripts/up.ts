import { parseArgs } from 'node:util'
import { dropWhatCannotBeWritten } from '#lib/output.ts'
import { Stack } from './stack/stack.ts'
import { say } from './stack/steps.ts'

/**
 * The demo on one machine; `npm start` hands over to this. `--reset` begins anew, `--demo` allows a database that is
 * not the demo's own, `--dev` compiles pages on demand, `--strict` stops when the main job fails (tests). SIGUSR2 starts web
 * and worker anew with the keys of `secrets.json`; no call is refused meanwhile.
 */
const { values: flags } = parseArgs({
  options: {
    reset: { type: 'boolean', default: false },
    demo: { type: 'boolean', default: false },
    dev: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
})

dropWhatCannotBeWritten()
let stack: Stack | undefined
let isStopping = false

async function stop(code: number): Promise<void> {
  if (isStopping) return
  isStopping = true
  await stack?.stop()
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    say(
      isStopping ? 'Still stopping; what hangs is killed within half a minute.' : 'Stopping: open work finishes first.',
    )
    void stop(0)
  })
}

process.on('SIGUSR2', () => {
  stack?.restart().then(
    () => say('✓ Web and worker were started anew'),
    (error: Error) => say(`✗ Not started anew: ${error.message}`),
  )
})

const fail = (error: unknown): void => {
  if (isStopping) return
  say(error instanceof Error ? `✗ ${error.message}` : '✗ Stopped by an unknown error.')
  void stop(1)
}
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)

// Who started us is gone without a word (killed): nobody could stop us with Ctrl-C any more. This timer is also what
// keeps the process until `stop` has ended everything.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent && !isStopping) void stop(1)
}, 1_000)

try {
  stack = new Stack(flags)
  await stack.start()
} catch (error) {
  fail(error)
}
