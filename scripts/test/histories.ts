/**
 * Random histories of bookings by a few patients over practitioners and a room that two tenants share: what they do, how
 * the verbs do it, and a model that says how each step must end when nobody else moves meanwhile.
 */
import fc from 'fast-check'
import type postgres from 'postgres'
import type { GuestActor } from '#db/actor.ts'
import { withGuest, withPublic } from '#db/doors.ts'
import { auditBooking, type Fault } from '#db/testing/auditor.ts'
import { aListing, anyone, guestOf, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { freeTimes } from '#domain/availability/read.ts'
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
const dayMs = 24 * 60 * minuteMs
const zone = 'America/New_York'
const patients = 6
const starts = 10
/** Minutes before, of and after a visit, by service. */
const lengths = [
  { before: 0, length: 30, after: 0 },
  { before: 10, length: 50, after: 15 },
] as const

/** What a patient is to do next; `roll` chooses among what makes sense for what they have in hand. */
export type Step = { patient: number; roll: number; listing: number; service: number; start: number; retake: boolean }

type Act = 'hold' | 'confirm' | 'extend' | 'release' | 'expire' | 'move' | 'cancel'

const step: fc.Arbitrary<Step> = fc.record({
  patient: fc.nat(patients - 1),
  roll: fc.nat(19),
  listing: fc.nat(3),
  service: fc.nat(lengths.length - 1),
  start: fc.nat(starts - 1),
  retake: fc.boolean(),
})

/** Up to `length` steps of six patients who all want the same morning. */
export const anyHistory = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: 5, maxLength: length, size: 'max' })

/** The twenty rolls, by what the patient has in hand. */
const acts: Record<'nothing' | Mine['state'], readonly [Act, number][]> = {
  nothing: [['hold', 20]],
  held: [
    ['confirm', 9],
    ['expire', 4],
    ['extend', 3],
    ['release', 1],
    ['hold', 3],
  ],
  booked: [
    ['move', 11],
    ['cancel', 5],
    ['hold', 4],
  ],
  cancelled: [
    ['hold', 17],
    ['move', 2],
    ['cancel', 1],
  ],
}

function actOf({ roll }: Step, mine: Mine | undefined): Act {
  let below = 0
  for (const [act, share] of acts[mine?.state ?? 'nothing']) {
    below += share
    if (roll < below) return act
  }
  return 'hold'
}

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
  // From a whole day on: the rest of a day has late starts, after which the longer service does not fit.
  const [from, to] = [here.at, new Date(here.at.getTime() + 60 * dayMs)]
  const times = await withPublic((tx) => freeTimes(tx, { listingIds: [here.listingId], from, to }))
  const days = Object.values(Object.groupBy(times, ({ startsAt }) => localDate(startsAt, zone)))
  const mornings = days
    .map((day = []) => day.map(({ startsAt }) => startsAt).slice(2, starts + 2))
    .filter((morning) => morning.length === starts)
  return { listings, days: mornings }
}

const tenantsOf = (town: Town): string[] => [...new Set(town.listings.map((listing) => listing.tenantId))]

/** A patient with an address of their own: bookings for one contact are counted one after the other. */
const ada = () => ({
  patient: { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email: `${newId()}@example.com` },
  acknowledged: [],
})

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
  /** Visits that a patient had booked before turning to another. */
  readonly earlier: Mine[] = []
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

  /** Takes a step: 'won', or the refusal's code. Throws what is no refusal. */
  async take(step: Step): Promise<string> {
    try {
      await this.act(step)
      return 'won'
    } catch (error) {
      if (error instanceof AppError) return error.code
      throw error
    }
  }

  private act(step: Step): Promise<unknown> {
    const mine = this.mine[step.patient]
    const act = actOf(step, mine)
    if (!mine || act === 'hold') return this.hold(step)
    const { guest } = mine
    const { id } = guest.capability
    switch (act) {
      case 'confirm':
        return this.confirm(step.patient, mine, step.retake)
      case 'extend':
        return withGuest(guest, (tx) => extendHold(tx, id))
      case 'release':
        return withGuest(guest, (tx) => releaseHold(tx, id))
      case 'expire':
        return expireHold(this.admin, id)
      case 'move':
        return this.move(mine, step.start)
      case 'cancel':
        return this.cancel(mine)
    }
  }

  private async hold({ patient, listing, service, start }: Step): Promise<void> {
    const wanted = this.town.listings[listing]
    if (!wanted) throw new Error('There is no such listing.')
    const guest = visitor(wanted)
    const input = { listingId: wanted.listingId, serviceId: wanted.serviceIds[service] ?? '', startsAt: this.at(start) }
    await withGuest(guest, (tx) => hold(tx, input, anyone()))
    const before = this.mine[patient]
    if (before && before.state !== 'held') this.earlier.push(before)
    this.mine[patient] = { guest, listing, service, start, state: 'held' }
  }

  private async confirm(patient: number, mine: Mine, retake: boolean): Promise<void> {
    const { tenantId, id } = mine.guest.capability
    await withGuest(mine.guest, (tx) => confirm(tx, id, ada(), anyone(), retake))
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

type Taken = { resource: string; from: number; to: number; holder: string; isExpired: boolean }

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
    const act = actOf(step, mine)
    if (!mine || act === 'hold') return this.canHave(step) ? 'won' : 'slot_taken'
    const { id } = mine.guest.capability
    switch (act) {
      case 'expire':
      case 'release':
      case 'cancel':
        return 'won'
      case 'extend':
        return this.isLive(id, mine) ? 'won' : 'hold_expired'
      case 'confirm':
        if (this.isLive(id, mine)) return 'won'
        if (!step.retake || this.released.has(id)) return 'hold_expired'
        return this.canHave(mine, id) ? 'won' : 'slot_taken'
      case 'move':
        if (mine.state === 'cancelled') return 'not_allowed_now'
        return this.canHave({ ...mine, start: step.start }, id) ? 'won' : 'slot_taken'
    }
  }

  /** Follows a step that was won; `before` and `after` are what the patient had in hand. */
  follow(step: Step, before: Mine | undefined, after: Mine): void {
    const { id } = after.guest.capability
    const act = actOf(step, before)
    if (act === 'expire') for (const row of this.taken) if (row.holder === id) row.isExpired = true
    if (act === 'release') this.released.add(id)
    if (act === 'release' || act === 'cancel') this.taken = this.taken.filter((row) => row.holder !== id)
    if (act === 'hold' || act === 'confirm' || act === 'move') this.put(id, after)
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

  private put(id: string, mine: Mine): void {
    const gone = new Set(this.inTheWay(mine, id))
    this.taken = this.taken.filter((row) => row.holder !== id && !gone.has(row))
    this.taken.push(...this.rows(mine).map((row) => ({ ...row, holder: id, isExpired: false })))
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
    const mine = play.mine[step.patient]
    const before = mine && { ...mine }
    const expected = model.expected(step)
    const ends = await play.take(step)
    if (ends !== expected) wrong.push({ step, ends, expected })
    const after = play.mine[step.patient]
    if (ends === 'won' && after) model.follow(step, before, after)
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
  for (const mine of [...play.mine, ...play.earlier]) {
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
