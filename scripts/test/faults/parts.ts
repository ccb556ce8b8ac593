import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterFolder, runAs } from '#scripts/stack/postgres-home.ts'
import { signal } from '#scripts/stack/process.ts'
import { Registry } from '#scripts/stack/registry.ts'

export const parts = ['web', 'worker', 'postgres', 'temporal', 'mail'] as const
export type PartName = (typeof parts)[number]

/** A fault that was begun and not ended yet. */
export type Fault = { end(): Promise<void> }

/** The processes of a part of the demo in `dir`: for Postgres the postmaster and all that it started. */
export function pidsOf(dir: string, part: PartName): number[] {
  if (part !== 'postgres') return [new Registry(join(dir, 'processes.json')).find(part) ?? []].flat()
  const file = join(clusterFolder(join(dir, 'postgres'), runAs()), 'cluster/postmaster.pid')
  const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0])
  return [postmaster, ...childrenOf(postmaster)]
}

const childrenOf = (pid: number): number[] => {
  const file = `/proc/${pid}/task/${pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : []
}

const toAll = (pids: number[], name: NodeJS.Signals): void => {
  for (const pid of pids) signal(pid, name)
}

/** Kills the part's process; for Postgres the postmaster, whose children end by themselves. It is over at once. */
export async function kill(dir: string, part: PartName): Promise<Fault> {
  toAll(pidsOf(dir, part).slice(0, 1), 'SIGKILL')
  return { end: async () => {} }
}

/** Stops the part's processes where they are, connections open, until the end of the fault. */
export async function freeze(dir: string, part: PartName): Promise<Fault> {
  const pids = pidsOf(dir, part)
  toAll(pids, 'SIGSTOP')
  return { end: async () => toAll(pids, 'SIGCONT') }
}

const turnMs = 1_000
const shareOfTurn = 0.1

/** Lets the part's processes run for a tenth of each second only. */
export async function starve(dir: string, part: PartName): Promise<Fault> {
  let isOver = false
  const turns = (async () => {
    while (!isOver) {
      const pids = pidsOf(dir, part)
      toAll(pids, 'SIGSTOP')
      await sleep(turnMs * (1 - shareOfTurn))
      toAll(pids, 'SIGCONT')
      await sleep(turnMs * shareOfTurn)
    }
  })()
  const end = async (): Promise<void> => {
    isOver = true
    await turns
  }
  return { end }
}
