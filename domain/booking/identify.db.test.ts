import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withGuest } from '#db/doors.ts'
import { aListing, anyone, guestOf, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { confirm } from './confirm.ts'
import { correctAddress } from './correctAddress.ts'
import { hold } from './hold.ts'
import { identify } from './identify.ts'
import { IdentifyInput } from './input.ts'
import { type Caller, callerFrom } from './limits.ts'
import { birthDateTries } from './rules.ts'

const right = { birthDate: '1980-12-10' }
const wrong = { birthDate: '1980-12-11' }
const ada = {
  patient: { givenName: 'Ada', familyName: 'Byron', birthDate: right.birthDate, email: 'ada@example.com' },
  acknowledged: [],
}

let admin: postgres.Sql
let clinic: ListingFixture
let taken = 0
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
  clinic = await aListing()
})
afterAll(() => admin.end())

/** The id of a new visit. */
async function aVisit(): Promise<string> {
  const guest = visitor(clinic)
  const startsAt = clinic.times[taken++ * 2] ?? clinic.at
  const { listingId, serviceId } = clinic
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, ada, anyone()))
  return guest.capability.id
}

/** Gives a birth date under the visit's mailed link number `version`: what came of it, or the code of the refusal. */
async function tried(id: string, version: number, date: { birthDate: string }, caller: Caller = anyone()) {
  const link = guestOf({ tenantId: clinic.tenantId, id, kind: 'mailed', version })
  try {
    const answer = await withGuest(link, (tx) => identify(tx, date, caller))
    return answer.outcome === 'wrong' ? `wrong, ${answer.triesLeft} left` : answer.outcome
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

const newLinks = (id: string) =>
  admin`select id from outbox where aggregate_id = ${id} and topic = 'booking.link_wanted'`.then((rows) => rows.length)

test('each try of a birth date is in the audit, with what came of it; a corrected address has proved nothing yet', async () => {
  const id = await aVisit()
  await tried(id, 1, wrong)
  await tried(id, 1, right)
  const tries = await admin`
    select action, details from audit_event where entity_id = ${id} and action like 'appointment.identif%' order by id`
  expect([...tries]).toEqual([
    { action: 'appointment.identify_failed', details: { outcome: 'wrong', triesLeft: birthDateTries - 1 } },
    { action: 'appointment.identified', details: {} },
  ])
  const verified = async () =>
    (await admin`select contact_verified as answer from appointment where id = ${id}`)[0]?.answer
  expect(await verified()).toBe(true)
  const own = guestOf({ tenantId: clinic.tenantId, id })
  await withGuest(own, (tx) => correctAddress(tx, id, { email: 'other@example.com' }))
  expect(await verified()).toBe(false)
})

test('four wrong birth dates leave one try; the right one opens the visit and the next four are counted anew', async () => {
  const id = await aVisit()
  const four = async () => {
    for (let left = birthDateTries - 1; left > 0; left -= 1)
      expect(await tried(id, 1, wrong)).toBe(`wrong, ${left} left`)
    expect(await tried(id, 1, right)).toBe('opened')
  }
  await four()
  await four()
  expect(await newLinks(id)).toBe(0)
})

test('what the right date opens outlives a visit that was moved past 400 days from its booking', async () => {
  const id = await aVisit()
  await admin`update appointment set created_at = created_at - interval '390 days' where id = ${id}`
  const [row] = await admin<{ ends: Date }[]>`
    select date_trunc('second', ends_at + interval '720 hours') as ends from appointment where id = ${id}`
  const link = guestOf({ tenantId: clinic.tenantId, id, kind: 'link' })
  const opened = await withGuest(link, (tx) => identify(tx, right, anyone()))
  expect(opened).toMatchObject({ outcome: 'opened', capability: { kind: 'appointment', id, expiresAt: row?.ends } })
})

test('the fifth wrong birth date ends the link: the sixth try, with the right date, opens nothing; the new link does', async () => {
  const id = await aVisit()
  for (let n = 1; n < birthDateTries; n += 1) await tried(id, 1, wrong)
  expect(await tried(id, 1, wrong)).toBe('renewed')
  expect(await tried(id, 1, right)).toBe('not_found')
  expect(await newLinks(id)).toBe(1)
  expect(await tried(id, 2, right)).toBe('opened')
})

test('a date that can be nobody’s is refused and not counted: a year of two digits at the form, a later day in the verb', async () => {
  const id = await aVisit()
  const given = async (birthDate: string) => {
    const parsed = IdentifyInput.safeParse({ birthDate })
    return parsed.success ? tried(id, 1, parsed.data) : parsed.error.issues[0]?.message
  }
  for (let n = 0; n < birthDateTries; n += 1) {
    expect(await given('0046-03-09')).toBe('birth_date_range')
    expect(await given('2146-03-09')).toBe('invalid')
  }
  const [counts] = await admin`select birth_date_tries, birth_date_failures from appointment where id = ${id}`
  expect(counts).toEqual({ birth_date_tries: 0, birth_date_failures: 0 })
  expect(await tried(id, 1, right)).toBe('opened')
})

test('of 24 at once under one link five are judged, and a right date among the rest opens nothing', async () => {
  const id = await aVisit()
  const outcomes = await Promise.all(Array.from({ length: 24 }, () => tried(id, 1, wrong)))
  const judged = outcomes.filter((outcome) => outcome !== 'not_found')
  expect(judged.toSorted()).toEqual(['renewed', 'wrong, 1 left', 'wrong, 2 left', 'wrong, 3 left', 'wrong, 4 left'])
  expect(await tried(id, 1, right)).toBe('not_found')
  expect(await newLinks(id)).toBe(1)
})

test('after twenty wrong ones under four links no date opens the visit, under no link, and no mail follows', async () => {
  const id = await aVisit()
  for (const version of [1, 2, 3]) {
    for (let n = 0; n < birthDateTries; n += 1) await tried(id, version, wrong)
  }
  for (const left of [4, 3, 2, 1]) expect(await tried(id, 4, wrong)).toBe(`wrong, ${left} left`)
  expect(await tried(id, 4, wrong)).toBe('locked')
  expect(await tried(id, 4, right)).toBe('locked')
  expect(await newLinks(id)).toBe(3)
  // A link that was renewed otherwise is no way around.
  const own = guestOf({ tenantId: clinic.tenantId, id })
  await withGuest(own, (tx) => correctAddress(tx, id, { email: 'new@example.com' }))
  expect(await tried(id, 5, right)).toBe('locked')
})

test('a right date in between takes nothing off the count over all links', async () => {
  const id = await aVisit()
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 4; n += 1) await tried(id, 1, wrong)
    await tried(id, 1, right)
  }
  expect(await tried(id, 1, right)).toBe('locked')
})

test('one address tries so many dates an hour over all visits: n − 1, n and not n + 1, at once too; others go on', async () => {
  const caller = (name: string): Caller => ({
    hashes: [`${name} ${newId()}`],
    allowed: { ...anyone().allowed, birthDatesPerHour: 3 },
  })
  const ids = await Promise.all([aVisit(), aVisit(), aVisit(), aVisit()])
  const slow = caller('slow')
  const outcomes = []
  for (const id of ids) outcomes.push(await tried(id, 1, wrong, slow))
  expect(outcomes).toEqual(['wrong, 4 left', 'wrong, 4 left', 'wrong, 4 left', 'limit'])
  const fast = caller('fast')
  const atOnce = await Promise.all(Array.from({ length: 12 }, (_, n) => tried(ids[n % 4] ?? '', 1, right, fast)))
  expect(atOnce.filter((outcome) => outcome === 'opened')).toHaveLength(3)
  expect(atOnce.filter((outcome) => outcome === 'limit')).toHaveLength(9)
  expect(await tried(ids[3] ?? '', 1, right)).toBe('opened')
})

test('addresses of one IPv6 network together may do four times as much as one of them', async () => {
  const id = await aVisit()
  const site = Math.floor(Math.random() * 0xffff).toString(16)
  const from = (subnet: number) => {
    const caller = callerFrom(`2001:db8:${site}:${subnet}::1`)
    return { ...caller, allowed: { ...caller.allowed, birthDatesPerHour: 1 } }
  }
  const outcomes = []
  for (const subnet of [1, 2, 3, 4, 5]) outcomes.push(await tried(id, 1, right, from(subnet)))
  expect(outcomes).toEqual(['opened', 'opened', 'opened', 'opened', 'limit'])
})
