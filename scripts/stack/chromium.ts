import { spawnSync } from 'node:child_process'
import { env } from '#lib/env.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const onMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

const whereIs = (program: string): string | undefined => {
  const found = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' })
  return found.status === 0 ? found.stdout.trim() : undefined
}

/** The Chromium of this machine for browser tests and pictures: CHROMIUM_PATH, else the first one found; undefined when there is none. */
export function findChromium(): string | undefined {
  const given = env().CHROMIUM_PATH
  if (given) return given
  for (const name of [...names, onMac]) {
    const path = whereIs(name)
    if (path) return path
  }
  return undefined
}
