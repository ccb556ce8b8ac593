import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../docs/runbooks')

/** A fenced block of a runbook: its language, the word after it (a login, or where the commands are for), its text. */
export type Block = { runbook: string; language: string; about: string; text: string }

/** Every block of every runbook, as they stand there. */
export const runbookBlocks = (): Block[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .flatMap((runbook) => {
      const page = readFileSync(join(folder, runbook), 'utf8')
      return [...page.matchAll(/^ *```(\S+) *(\S*)\n([\s\S]*?)^ *```$/gm)].map(
        ([, language = '', about = '', text = '']) => ({ runbook, language, about, text }),
      )
    })
