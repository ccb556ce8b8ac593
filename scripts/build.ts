import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnv } from '#lib/env.ts'
import { build } from './stack/build.ts'
import { step } from './stack/steps.ts'

const root = join(import.meta.dirname, '..')

// The production build alone (`npm run build`), for a server that is started without the demo.
try {
  await step('Pages', () =>
    build(root, async ({ command, args, env }) => {
      const child = spawn(command, args, { cwd: root, env: childEnv(env), stdio: 'inherit' })
      const code = await new Promise((resolve) => child.once('exit', resolve))
      if (code !== 0) throw new Error('next build failed')
    }),
  )
} catch {
  process.exit(1)
}
