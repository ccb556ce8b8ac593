/**
 * Random histories of bookings by a few patients over practitioners and a room that two tenants share: what they do, how
 * the verbs do it, and a model that says how each step must end when nobody else moves meanwhile.
 */
import fc from 'fast-check'
import type postgres from 'postgres'
import type { GuestActor } from '#db/actor.ts'
import { withGuest } from '#db/doors.ts'
import { auditBooking, type Fault } from '#db/testing/auditor.ts'
import { aListing, guestOf, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { extendHold } from '#domain/booking/extendHold.ts'
import { hold } from '#domain/booking/hold.ts'
import { releaseHold } from '#domain/booking/releaseHold.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { localDate } from '#lib/time.ts'

const minuteMs = 60_000
const zone = 'America/New_York'
const patients = 6
const starts = 10
/** Minutes before, of and after a visit, by service. */
const lengths = [
  { before: 0, length: 30, after: 0 },
  { before: 10, length: 50, after: 15 },
] as const

export type Step = { patient: number } & (
  | { act: 'hold'; listing: number; service: number; start: number }
  | { act: 'move'; start: number }
  | { act: 'confirm'; retake: boolean }
  | { act: 'extend' | 'release' | 'cancel' | 'expire' }
)

const step: fc.Arbitrary<Step> = fc
  .record({
    patient: fc.nat(patients - 1),
    act: fc.constantFrom(
      'hold',
      'hold',
      'hold',
      'confirm',
      'confirm',
      'extend',
      'release',
      'cancel',
      'expire',
      'move',
      'move',
    ),
    listing: fc.nat(3),
    service: fc.nat(lengths.length - 1),
    start: fc.nat(starts - 1),
    retake: fc.boolean(),
  })
  .map(({ patient, act, listing, service, start, retake }): Step => {
    if (act === 'hold') return { patient, act, listing, service, start }
    if (act === 'move') return { patient, act, start }
    if (act === 'confirm') return { patient, act, retake }
    return { patient, act: act as 'extend' | 'release' | 'cancel' | 'expire' }
  })

/** Up to `length` steps of six patients who all want the same morning. */
export const anyHistory = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: 5, maxLength: length, size: 'max' })

/** Four listings of two tenants: one practitioner in three of them, a room in two. */
type Town = { listings: ListingFixture[]; days: Date[][] }

/** A new town, and the mornings in it, each with ten starts a quarter of an hour apart. */
async function aTown(): Promise<Town> {
  const [one, other, room] = [newId(), newId(), newId()]
  const services = lengths.map(({ before, length, after }) => ({
    durationMinutes: length,
    bufferBeforeMinutes: before,
    bufferAfterMinutes: after,
  }))
  const options = { zone, services }
  const here = await aListing({ ...options, resources: [one] })
  const there = await aListing({ ...options, resources: [one, room] })
  const listings = [
    here,
    await aListing({ ...options, tenant: here, resources: [room, one] }),
    there,
    await aListing({ ...options, tenant: there, resources: [other, room] }),
  ]
  const days = new Map<string, Date[]>()
  // The first hundred times are a few days' worth; the same clock times serve until the next change of the clocks.
  for (const at of here.times) days.set(localDate(at, zone), [...(days.get(localDate(at, zone)) ?? []), at])
  const mornings = [...days.values()].filter((day) => day.length > starts + 8).map((day) => day.slice(2, starts + 2))
  return { listings, days: mornings }
}

const tenantsOf = (town: Town): string[] => [...new Set(town.listings.map((listing) => listing.tenantId))]

const generous = { addressHash: 'histories', perAddress: 100_000, perListingDay: 100_000 }
const ada = {
  patient: { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email: 'ada@example.com' },
  acknowledged: [],
}

/** What a patient has in hand. `guest` is the hold's capability until it is booked, then the visit's. */
type Mine = {
  guest: GuestActor
  listing: number
  service: number
  start: number
  state: 'held' | 'booked' | 'cancelled'
}

/** The patients of one history on one morning, acting through the verbs. */
class Play {
  readonly mine: (Mine | undefined)[] = Array(patients).fill(undefined)
  private readonly town: Town
  private readonly starts: Date[]
  private readonly admin: postgres.Sql

  constructor(town: Town, morning: number, admin: postgres.Sql) {
    this.town = town
    this.starts = town.days[morning % town.days.length] ?? []
    this.admin = admin
  }

  at(start: number): Date {
    const at = this.starts[start]
    if (!at) throw new Error('There is no such start.')
    return at
  }

  /** Takes a step: 'won', the refusal's code, or 'idle' when it makes no sense now. Throws what is no refusal. */
  async take(step: Step): Promise<string> {
    const work = this.work(step)
    if (!work) return 'idle'
    try {
      await work()
      return 'won'
    } catch (error) {
      if (error instanceof AppError) return error.code
      throw error
    }
  }

  private work(step: Step): (() => Promise<unknown>) | undefined {
    const mine = this.mine[step.patient]
    if (step.act === 'hold') return () => this.hold(step)
    if (!mine) return undefined
    const { guest } = mine
    const id = guest.capability.id
    if (mine.state === 'held') {
      if (step.act === 'confirm') return () => this.confirm(step.patient, mine, step.retake)
      if (step.act === 'extend') return () => withGuest(guest, (tx) => extendHold(tx, id))
      if (step.act === 'release') return () => withGuest(guest, (tx) => releaseHold(tx, id))
      if (step.act === 'expire') return () => expireHold(this.admin, id)
      return undefined
    }
    if (step.act === 'cancel') return () => this.cancel(mine)
    if (step.act === 'move') return () => this.move(mine, step.start)
    return undefined
  }

  private async hold({ patient, listing, service, start }: Step & { act: 'hold' }): Promise<void> {
    const wanted = this.town.listings[listing]
    if (!wanted) throw new Error('There is no such listing.')
    const guest = visitor(wanted)
    const input = { listingId: wanted.listingId, serviceId: wanted.serviceIds[service] ?? '', startsAt: this.at(start) }
    await withGuest(guest, (tx) => hold(tx, input, generous))
    this.mine[patient] = { guest, listing, service, start, state: 'held' }
  }

  private async confirm(patient: number, mine: Mine, retake: boolean): Promise<void> {
    const { tenantId, id } = mine.guest.capability
    await withGuest(mine.guest, (tx) => confirm(tx, id, ada, retake))
    this.mine[patient] = { ...mine, guest: guestOf({ tenantId, id }), state: 'booked' }
  }

  private async cancel(mine: Mine): Promise<void> {
    await withGuest(mine.guest, (tx) => cancel(tx, mine.guest.capability.id, { reason: '' }))
    mine.state = 'cancelled'
  }

  private async move(mine: Mine, start: number): Promise<void> {
    await withGuest(mine.guest, (tx) => reschedule(tx, mine.guest.capability.id, { startsAt: this.at(start) }))
    mine.start = start
  }
}

/** As if the hold had run out a minute ago. */
async function expireHold(admin: postgres.Sql, id: string): Promise<void> {
  await admin.begin(async (tx) => {
    await tx`select 1 from hold where id = ${id} for update`
    await tx`
      update occupancy set expires_at = now() - interval '1 minute'
      where id in (select id from occupancy where appointment_id = ${id} and kind = 'hold' order by id for update)`
    await tx`update hold set expires_at = now() - interval '1 minute' where id = ${id}`
  })
}

type Taken = { resource: string; from: number; to: number; holder: string; kind: 'hold' | 'booked'; isExpired: boolean }

/** The rules again, in memory, for one who acts alone. */
class Model {
  private taken: Taken[] = []
  private readonly released = new Set<string>()
  private readonly town: Town
  private readonly play: Play

  constructor(town: Town, play: Play) {
    this.town = town
    this.play = play
  }

  /** How the step must end, given what the patient has in hand before it. */
  expected(step: Step): string {
    const mine = this.play.mine[step.patient]
    if (step.act === 'hold') return this.canHave(step) ? 'won' : 'slot_taken'
    if (!mine) return 'idle'
    const id = mine.guest.capability.id
    if (mine.state === 'held') {
      const isLive = this.isLive(id, mine)
      if (step.act === 'expire' || step.act === 'release') return 'won'
      if (step.act === 'extend') return isLive ? 'won' : 'hold_expired'
      if (step.act !== 'confirm') return 'idle'
      if (isLive) return 'won'
      if (!step.retake || this.released.has(id)) return 'hold_expired'
      return this.canHave(mine, id) ? 'won' : 'slot_taken'
    }
    if (step.act === 'cancel') return 'won'
    if (step.act !== 'move') return 'idle'
    if (mine.state === 'cancelled') return 'not_allowed_now'
    return this.canHave({ ...mine, start: step.start }, id) ? 'won' : 'slot_taken'
  }

  /** Follows a step that was won; `mine` is what the patient has in hand after it. */
  follow(step: Step, mine: Mine): void {
    const id = mine.guest.capability.id
    if (step.act === 'hold') this.put(id, mine, 'hold')
    if (step.act === 'expire') for (const row of this.taken) if (row.holder === id) row.isExpired = true
    if (step.act === 'release') this.released.add(id)
    if (step.act === 'release' || step.act === 'cancel') this.taken = this.taken.filter((row) => row.holder !== id)
    if (step.act === 'confirm' || step.act === 'move') this.put(id, mine, 'booked')
  }

  private rows({
    listing,
    service,
    start,
  }: Pick<Mine, 'listing' | 'service' | 'start'>): Pick<Taken, 'resource' | 'from' | 'to'>[] {
    const { before, length, after } = lengths[service] ?? lengths[0]
    const at = this.play.at(start).getTime()
    const span = { from: at - before * minuteMs, to: at + (length + after) * minuteMs }
    return (this.town.listings[listing]?.resourceIds ?? []).map((resource) => ({ resource, ...span }))
  }

  private inTheWay(wanted: Pick<Mine, 'listing' | 'service' | 'start'>, except?: string): Taken[] {
    const rows = this.rows(wanted)
    return this.taken.filter(
      (other) =>
        other.holder !== except &&
        rows.some((row) => row.resource === other.resource && row.from < other.to && other.from < row.to),
    )
  }

  private canHave(wanted: Pick<Mine, 'listing' | 'service' | 'start'>, except?: string): boolean {
    return this.inTheWay(wanted, except).every((other) => other.isExpired)
  }

  private isLive(id: string, mine: Mine): boolean {
    const own = this.taken.filter((row) => row.holder === id)
    return own.length === this.rows(mine).length && own.every((row) => !row.isExpired)
  }

  private put(id: string, mine: Mine, kind: Taken['kind']): void {
    const gone = new Set(this.inTheWay(mine, id))
    this.taken = this.taken.filter((row) => row.holder !== id && !gone.has(row))
    this.taken.push(...this.rows(mine).map((row) => ({ ...row, holder: id, kind, isExpired: false })))
  }
}

/** Mornings on which nothing is booked yet; a new town when one is used up. */
export class Mornings {
  private town: Town | undefined
  private used = 0
  private readonly admin: postgres.Sql

  constructor(admin: postgres.Sql) {
    this.admin = admin
  }

  async next(): Promise<{ town: Town; play: Play }> {
    if (!this.town || this.used === this.town.days.length) {
      this.town = await aTown()
      this.used = 0
    }
    this.used += 1
    return { town: this.town, play: new Play(this.town, this.used - 1, this.admin) }
  }
}

/** Takes the steps one after the other; returns those that did not end as the model says. */
export async function alone(
  town: Town,
  play: Play,
  steps: Step[],
): Promise<{ step: Step; ends: string; expected: string }[]> {
  const model = new Model(town, play)
  const wrong = []
  for (const step of steps) {
    const expected = model.expected(step)
    const ends = await play.take(step)
    if (ends !== expected) wrong.push({ step, ends, expected })
    const mine = play.mine[step.patient]
    if (ends === 'won' && mine) model.follow(step, mine)
  }
  return wrong
}

/** Takes each patient's steps in order and all patients at once; returns how the steps ended. */
export async function together(play: Play, steps: Step[]): Promise<string[]> {
  const byPatient = Object.values(Object.groupBy(steps, (step) => step.patient))
  const ends = await Promise.all(
    byPatient.map(async (own = []) => {
      const all: string[] = []
      for (const step of own) all.push(await play.take(step))
      return all
    }),
  )
  return ends.flat()
}

/** What the tables contradict, among themselves or of what a patient was told about a booking. */
export async function faults(admin: postgres.Sql, town: Town, play: Play): Promise<Fault[]> {
  const found = await auditBooking(admin, tenantsOf(town))
  for (const mine of play.mine) {
    if (!mine || mine.state === 'held') continue
    const { id } = mine.guest.capability
    const [visit] = await admin<
      { status: string; at: Date }[]
    >`select status, starts_at as at from appointment where id = ${id}`
    if (visit?.status !== mine.state || visit.at.getTime() !== play.at(mine.start).getTime()) {
      found.push({ fault: 'a visit is not what the patient was told', ids: [id] })
    }
  }
  return found
}
