import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '#scripts/stack/process.ts'

/** What the clocks show when a stage begins; they tick on from there. */
export type Instant = { name: string; startsAt: Date }

const instant = (name: string, iso: string): Instant => ({ name, startsAt: new Date(iso) })

/**
 * The instants at which the suite must be green. Those near a change begin two minutes before it, so that the change
 * comes while the tests run.
 */
export const instants: Instant[] = [
  instant('just after midnight UTC', '2026-12-15T00:05:00Z'),
  instant('night in America', '2026-09-10T06:30:00Z'),
  instant('morning in America', '2026-10-21T12:30:00Z'),
  instant('afternoon in America', '2027-07-14T18:30:00Z'),
  instant('the last minutes of a year, UTC', '2026-12-31T23:58:00Z'),
  instant('the last minutes of a year, New York', '2027-01-01T04:58:00Z'),
  instant('clocks go forward in New York', '2027-03-14T06:58:00Z'),
  instant('clocks go back in New York', '2026-11-01T05:58:00Z'),
  instant('the day before clocks go forward', '2027-03-13T18:30:00Z'),
  instant('the day before clocks go back', '2026-10-31T12:30:00Z'),
  instant('29 February', '2028-02-29T16:00:00Z'),
  instant('the last minutes of 29 February, UTC', '2028-02-29T23:58:00Z'),
]

/**
 * The instants that `--at` names: `each`, `today` (one of them, by `now`'s day of the year) or an ISO instant such as
 * `2026-12-31T23:58Z`. Throws on anything else.
 */
export function instantsAt(wanted: string, now: Date): Instant[] {
  if (wanted === 'each') return instants
  if (wanted === 'today') return instants.filter((_, index) => index === dayOfYear(now) % instants.length)
  const startsAt = new Date(wanted)
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(wanted) || Number.isNaN(startsAt.getTime()))
    throw new Error(`--at takes each, today or an instant such as 2026-12-31T23:58Z, not "${wanted}".`)
  return [{ name: 'as asked', startsAt }]
}

/** 1 on January 1, by UTC. */
const dayOfYear = (now: Date): number => Math.floor((now.getTime() - Date.UTC(now.getUTCFullYear(), 0, 0)) / 86_400_000)

/**
 * The environment in which a program, its children and the Postgres that they start see `startsAt` now. Only the wall
 * clock is shifted: waits are measured on the monotonic clock, and files keep the machine's times. Throws when
 * libfaketime is not installed.
 */
export function shiftedTo(startsAt: Date): Record<string, string> {
  const offsetSeconds = Math.round((startsAt.getTime() - Date.now()) / 1000)
  library ??= shiftingLibrary()
  return {
    LD_PRELOAD: library,
    // An offset, not a start: a process that starts later sees the same clock.
    FAKETIME: `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  }
}

let library: string | undefined

/**
 * A copy of libfaketime (0.9.10) without its epoll_wait, removed when this process ends. Postgres waits in epoll_wait
 * and its timers interrupt it there; a handler that runs inside libfaketime's wrapper reads the machine's clock, finds
 * that the timeout (statement, lock, deadlock) is not due, and never fires. The wrapper only serves clocks that run
 * faster, so the copy gives it a name that nobody calls: the first mention is the one in the symbol table.
 */
function shiftingLibrary(): string {
  const [original] = globSync('/usr/lib{,64,/*}/faketime/libfaketime.so.1')
  if (!original) throw new Error('Tests with a shifted clock need libfaketime: apt-get install libfaketime.')
  const bytes = readFileSync(original)
  const at = bytes.indexOf('\0epoll_wait\0')
  if (at >= 0) bytes.write('EPOLL_WAIT', at + 1)
  const dir = mkdtempSync(join(tmpdir(), 'medley-clock-'))
  chmodSync(dir, 0o755) // Postgres runs under another account than root.
  const copy = join(dir, 'libfaketime.so')
  writeFileSync(copy, bytes, { mode: 0o644 })
  process.once('exit', () => {
    rmSync(dir, { recursive: true, force: true })
    removeLeftovers()
  })
  return copy
}

/** What libfaketime keeps in shared memory by process, and leaves there when the process is killed. */
function removeLeftovers(): void {
  for (const file of globSync('/dev/shm/{sem.faketime_sem,faketime_shm}_*')) {
    if (!isAlive(Number(file.split('_').at(-1)))) rmSync(file, { force: true })
  }
}
