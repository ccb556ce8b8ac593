import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import type postgres from 'postgres'
import { withRelay } from '#db/doors.ts'
import { outboxChannel } from '#db/nudge.ts'
import { connect } from '#db/pool.ts'
import { type VisitNews, visitNews } from '#domain/notification/rules.ts'
import { env } from '#lib/env.ts'
import { log } from '#lib/log.ts'
import { Hints } from './hints.ts'
import {
  addAuditMonths,
  done,
  failed,
  type Leased,
  lease,
  refreshHints,
  refreshListings,
  release,
  retireOccupancy,
  sweep,
  sweepHints,
  takeOver,
  tellAgain,
  tidy,
} from './outbox.ts'
import { RelayLock } from './relay-lock.ts'
import { isAway, tellBooking } from './temporal.ts'

const pollMs = 1_000
const batch = 50
/** Calls to Temporal in flight. */
const atOnce = 10
const awayPauseMs = 2_000
const hintBatch = 250

/**
 * What the active relay does beside its batches. `work` does a bounded piece and gives true when there is more: then the
 * next piece follows the next batch, so that housekeeping keeps up with any rate and delays no news.
 */
const ticks: { everyMs: number; name: string; work(): Promise<boolean> }[] = [
  { everyMs: 60_000, name: 'sweep', work: sweepAndRefresh },
  { everyMs: 15_000, name: 'hints', work: () => withRelay((tx) => sweepHints(tx, hintBatch)).then(() => false) },
  { everyMs: 60_000, name: 'tell again', work: () => withRelay(tellAgain).then(() => false) },
  { everyMs: 60_000, name: 'tidy', work: () => withRelay(tidy) },
  { everyMs: 10_000, name: 'retention', work: retireNext },
  { everyMs: 3_600_000, name: 'audit months', work: () => withRelay(addAuditMonths).then(() => false) },
]

/** In two transactions: whoever wants a swept time waits for the first only. */
async function sweepAndRefresh(): Promise<boolean> {
  const { freed, hasMore } = await withRelay(sweep)
  await withRelay((tx) => refreshHints(tx, freed))
  return hasMore
}

let retiredUntil: string | undefined

/** One step through the resources every ten seconds: 170,000 of them take an hour. */
async function retireNext(): Promise<boolean> {
  retiredUntil = await withRelay((tx) => retireOccupancy(tx, retiredUntil))
  return false
}

/**
 * Acts on what the verbs wrote down: bookings become news for their workflow, changed listings new public rows, and both
 * new hints. Told by LISTEN, looking each second. Without Temporal (undefined, or away) what needs it waits, and nothing is lost.
 */
export class Relay {
  readonly #temporal: Client | undefined
  readonly #lock = new RelayLock()
  readonly #hints = new Hints()
  readonly #ears: postgres.Sql = connect(env().DATABASE_WORKER_URL, 1)
  readonly #tickedAt = new Map<string, number>()
  #awayUntil = 0
  #isActive = false
  #isUnwell = false
  #isStopping = false
  #wake = new AbortController()
  #running: Promise<void> | undefined

  constructor(temporal: Client | undefined) {
    this.#temporal = temporal
  }

  /** Whether this process is the one that relays. */
  get isActive(): boolean {
    return this.#isActive
  }

  start(): void {
    this.#ears
      .listen(outboxChannel, () => this.#wake.abort())
      .catch((error: unknown) => log.warn({ part: 'relay', err: error }, 'not told of news; looking each second'))
    this.#running ??= this.#run()
  }

  /** Ends after the batch at hand. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#wake.abort()
    await this.#running
    await Promise.all([this.#ears.end({ timeout: 2 }), this.#lock.end()])
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const worked = await this.#turn().then(
        (count) => this.#well(count),
        (error: unknown) => this.#unwell(error),
      )
      if (worked === 0 && !this.#isStopping) await this.#pause()
    }
  }

  #well(count: number): number {
    if (this.#isUnwell) log.info({ part: 'relay' }, 'the database is back')
    this.#isUnwell = false
    return count
  }

  /** Said once, not each second: the database is away, most likely. */
  #unwell(error: unknown): number {
    if (!this.#isUnwell) log.warn({ part: 'relay', err: error }, 'cannot work; looking again each second')
    this.#isUnwell = true
    this.#isActive = false
    return 0
  }

  async #pause(): Promise<void> {
    await sleep(pollMs, undefined, { signal: this.#wake.signal }).catch(() => undefined)
    if (this.#wake.signal.aborted) this.#wake = new AbortController()
  }

  /** One batch; how many rows are dealt with. */
  async #turn(): Promise<number> {
    const wasActive = this.#isActive
    this.#isActive = await this.#lock.isOurs()
    if (!this.#isActive) return 0
    if (!wasActive) await withRelay(takeOver)
    await this.#tick()
    const canTell = this.#temporal !== undefined && performance.now() >= this.#awayUntil
    const rows = await withRelay((tx) => lease(tx, batch, canTell))
    const listings = rows.filter((row) => row.topic === 'listing.changed')
    const others = rows.filter((row) => row.topic !== 'listing.changed')
    const counts = await Promise.all([this.#refresh(listings), this.#tellAll(others), this.#hints.follow()])
    return Math.max(...counts)
  }

  async #tick(): Promise<void> {
    for (const { name, everyMs, work } of ticks) {
      if (performance.now() - (this.#tickedAt.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) continue
      this.#tickedAt.set(name, performance.now())
      const hasMore = await work().catch((error: unknown) => {
        log.warn({ part: 'relay', step: name, err: error }, 'tick')
        return false
      })
      if (hasMore) this.#tickedAt.delete(name)
    }
  }

  /** All together; when that fails, one by one, so that the one at fault holds up no other. */
  async #refresh(rows: Leased[]): Promise<number> {
    if (rows.length === 0) return 0
    const changed = rows.map(({ tenantId, aggregateId }) => ({ tenantId, listingId: aggregateId }))
    try {
      await withRelay((tx) => refreshListings(tx, changed))
    } catch {
      for (const [i, row] of rows.entries()) {
        await withRelay((tx) => refreshListings(tx, changed.slice(i, i + 1))).catch((error) => this.#failed(row, error))
      }
    }
    return rows.length
  }

  async #tellAll(rows: Leased[]): Promise<number> {
    let dealtWith = 0
    for (let from = 0; from < rows.length; from += atOnce) {
      const part = rows.slice(from, from + atOnce)
      const results = await Promise.allSettled(part.map((row) => this.#tell(row)))
      const told = part.filter((_, i) => results[i]?.status === 'fulfilled')
      const errors = part.flatMap((row, i) =>
        results[i]?.status === 'rejected' ? [{ row, error: results[i].reason }] : [],
      )
      await withRelay((tx) =>
        done(
          tx,
          told.map((row) => row.id),
        ),
      )
      const away = errors.filter(({ error }) => isAway(error))
      for (const { row, error } of errors) if (!isAway(error)) await this.#failed(row, error)
      dealtWith += part.length - away.length
      if (away.length > 0) {
        await this.#wait([...away.map(({ row }) => row), ...rows.slice(from + atOnce)], away[0]?.error)
        break
      }
      if (told.length > 0 && this.#awayUntil > 0) {
        log.info({ part: 'relay' }, 'Temporal is back')
        this.#awayUntil = 0
      }
    }
    return dealtWith
  }

  async #tell({ id, tenantId, topic, aggregateId, requestId }: Leased): Promise<void> {
    const news = newsOf(topic)
    if (!this.#temporal || !news) throw new Error('unknown_topic')
    const told = { id: String(id), news, requestId: requestId ?? '' }
    await tellBooking(this.#temporal, { tenantId, appointmentId: aggregateId }, told)
  }

  /** Temporal is away: the rows wait, untried. */
  async #wait(rows: Leased[], error: unknown): Promise<void> {
    if (this.#awayUntil === 0)
      log.warn({ part: 'relay', count: rows.length, err: error }, 'Temporal is away; bookings wait')
    this.#awayUntil = performance.now() + awayPauseMs
    await withRelay((tx) =>
      release(
        tx,
        rows.map((row) => row.id),
      ),
    )
  }

  async #failed(row: Leased, error: unknown): Promise<void> {
    const reason = reasonOf(error)
    const isDead = await withRelay((tx) => failed(tx, row, reason))
    const fields = {
      outboxId: row.id,
      topic: row.topic,
      aggregateId: row.aggregateId,
      attempt: row.attempts + 1,
      reason,
    }
    if (isDead) log.error({ ...fields, err: error }, 'put aside for good')
    else log.warn({ ...fields, err: error }, 'to be tried again')
  }
}

const newsOf = (topic: string): VisitNews | undefined => visitNews.find((candidate) => topic === `booking.${candidate}`)

/** A code, never a text: texts may repeat what they are about. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.message === 'unknown_topic') return error.message
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? String(code) : 'unexpected'
}
