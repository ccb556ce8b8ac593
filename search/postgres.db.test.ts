import { beforeAll, describe, expect, test } from 'vitest'
import { withGuest, withPublic } from '#db/doors.ts'
import {
  aListing,
  asOwner,
  aTenant,
  everyDay,
  type ListingFixture,
  type ListingOptions,
  visitor,
} from '#db/testing/fixtures.ts'
import { FindInput } from '#domain/directory/input.ts'
import { changeEnv } from '#lib/env.ts'
import { localDate } from '#lib/time.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import type { Found } from './document.ts'
import { find } from './postgres.ts'

type Where = { lat: number; lng: number }
const boston = { lat: 42.3601, lng: -71.0589 }
const boise = { lat: 43.615, lng: -116.2023 }

/** A listing at a point, as the others see it after the relay was there. */
async function at(point: Where, options: ListingOptions & { languages?: string[] } = {}): Promise<ListingFixture> {
  const { languages, ...rest } = options
  const made = await aListing(rest)
  await asOwner(async (tx) => {
    await tx`update location set lat = ${point.lat}, lng = ${point.lng} where id = ${made.locationId}`
    if (languages) await tx`update practitioner set languages = ${languages} where id = ${made.practitionerId}`
    await tx`select kernel.refresh_listing(array[${made.listingId}]::uuid[])`
  })
  return made
}

const look = (query: Record<string, string>): Promise<Found> => withPublic((tx) => find(tx, FindInput.parse(query)))
const near = ({ lat, lng }: Where): string => `${lat},${lng}`
const idsOf = (found: Found): string[] => found.hits.map(({ id }) => id)

/** Great-circle distance in km by the haversine formula: another way than the chord that the search takes. */
function haversine(one: Where, other: Where): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180
  const a =
    Math.sin(rad(other.lat - one.lat) / 2) ** 2 +
    Math.cos(rad(one.lat)) * Math.cos(rad(other.lat)) * Math.sin(rad(other.lng - one.lng) / 2) ** 2
  return 2 * 6371.0088 * Math.asin(Math.sqrt(a))
}

beforeAll(async () => {
  const urls = await ownDatabase('search')
  changeEnv({
    DATABASE_URL: urls.web,
    DATABASE_AUTH_URL: urls.auth,
    DATABASE_WORKER_URL: urls.jobs,
    DATABASE_OWNER_URL: urls.owner,
  })
  await asOwner(async (tx) => {
    await tx`insert into specialty (code, name, name_es, words) values
      ('family-medicine', 'Family medicine', 'Medicina familiar', 'family doctor primary care'),
      ('dermatology', 'Skin care', 'Dermatología', 'dermatologist rash acne piel'),
      ('pediatrics', 'Pediatrics', 'Pediatría', 'pediatrician child doctor niños'),
      ('cardiology', 'Heart care', 'Cardiología', 'cardiologist heart') on conflict do nothing`
    await tx`insert into place (postal_code, city, state, lat, lng) values
      ('02108', 'Boston', 'MA', 42.3576, -71.0684), ('02109', 'Boston', 'MA', 42.3601, -71.0589),
      ('02110', 'Boston', 'MA', 42.3615, -71.0502), ('83702', 'Boise City', 'ID', 43.6317, -116.2023),
      ('63101', 'St. Louis', 'MO', 38.6314, -90.1926), ('83814', 'Coeur d''Alene', 'ID', 47.6928, -116.7851),
      ('62701', 'Springfield', 'IL', 39.8, -89.65), ('62702', 'Springfield', 'IL', 39.83, -89.65),
      ('45501', 'Springfield', 'OH', 39.92, -83.8), ('10001', 'New York', 'NY', 40.75, -73.99),
      ('20001', 'Washington', 'DC', 38.9, -77.03)`
  })
})

const terms = () => asOwner((tx) => tx`select kernel.refresh_terms()`)

describe('where', () => {
  test('the nearest first by true distance, shown with one decimal, none beyond the circle', async () => {
    const home = { lat: 47.6, lng: -122.3 }
    const points = [0.9, 0.1, 0.35, 0.2, 0.6].map((dlat) => ({ lat: home.lat + dlat / 3, lng: home.lng - dlat / 2 }))
    const made = []
    for (const point of points) made.push({ point, id: (await at(point)).listingId })
    // In the corner of the box around the circle, 34 km away along the diagonal.
    const corner = await at({ lat: home.lat + 0.216, lng: home.lng + 0.32 })

    const found = await look({ near: near(home), radiusKm: '30', sort: 'nearest' })
    const expected = made
      .map(({ point, id }) => ({ id, km: haversine(home, point) }))
      .filter(({ km }) => km <= 30)
      .sort((a, b) => a.km - b.km)
    expect(found.hits.map(({ id, distanceKm }) => ({ id, distanceKm }))).toEqual(
      expected.map(({ id, km }) => ({ id, distanceKm: Math.round(km * 10) / 10 })),
    )
    expect(found.total).toEqual({ count: expected.length, more: false })
    expect(haversine(home, { lat: home.lat + 0.216, lng: home.lng + 0.32 })).toBeGreaterThan(30)
    expect(idsOf(found)).not.toContain(corner.listingId)
  })

  test('a wide circle ends where it ends too', async () => {
    const middle = { lat: -20, lng: 57 }
    const [inside, outside] = [await at({ lat: -21.3, lng: 57 }), await at({ lat: -21.4, lng: 57 })]
    const found = await look({ near: near(middle), radiusKm: '150', sort: 'nearest' })
    expect(idsOf(found)).toEqual([inside.listingId])
    expect(found.total).toEqual({ count: 1, more: false })
    expect(idsOf(await look({ near: near(middle), radiusKm: '156' }))).toContain(outside.listingId)
  })

  test('counts end at 2,000 and say that there are others', async () => {
    const point = { lat: 64.8, lng: -147.7 }
    const { listingId } = await at(point)
    await asOwner(
      (tx) => tx`
        insert into listing (id, tenant_id, location_id, slug, specialty, languages, accepts_new_patients, service_names,
          time_zone, place, card, profile, search)
        select uuidv7(), tenant_id, location_id, slug || n, case when n % 2 = 0 then 'cardiology' else specialty end, languages,
          accepts_new_patients, service_names, time_zone, place, card, profile, search
        from listing, generate_series(1, 2100) n where id = ${listingId}`,
    )
    const found = await look({ near: near(point), radiusKm: '5', sort: 'nearest', limit: '50' })
    expect(found.total).toEqual({ count: 2_000, more: true })
    expect(found.facets).toMatchObject({ language: [{ value: 'English', count: 2_000 }], more: true })
    expect(found.facets.specialty.reduce((sum, { count }) => sum + count, 0)).toBe(2_000)
    const hearts = await look({ near: near(point), radiusKm: '5', sort: 'nearest', specialty: 'cardiology' })
    expect(hearts).toMatchObject({ total: { count: 1_050, more: false }, facets: { more: true } })
  })

  test.each([
    ['02109', 'Boston, MA 02109'],
    ['02109-1234', 'Boston, MA 02109'],
    ['Boston, MA', 'Boston, MA'],
    ['boston ma', 'Boston, MA'],
    ['Boston, Massachusetts', 'Boston, MA'],
    ['BOSTON', 'Boston, MA'],
    ['Boston, MA, US', 'Boston, MA'],
    ['Boston, MA 02109', 'Boston, MA 02109'],
    ['Boston, MA 99999', 'Boston, MA'],
    ['Boise, Idaho, USA', 'Boise City, ID'],
    ['NYC', 'New York, NY'],
    ['Washington, D.C.', 'Washington, DC'],
    ['Boise, ID', 'Boise City, ID'],
    ['Saint Louis, MO', 'St. Louis, MO'],
    ['st louis missouri', 'St. Louis, MO'],
    ['Coeur dAlene', "Coeur d'Alene, ID"],
    ['Springfield', 'Springfield, IL'],
    ['Springfield, OH', 'Springfield, OH'],
    ['42.36, -71.06', '42.36, -71.06'],
  ])('near "%s" is %s', async (text, label) => expect((await look({ near: text })).near?.label).toBe(label))

  test.each([
    '99999',
    '99999x',
    '0210',
    'Nowhere, MA',
    'Boston, XX',
    'Texas',
    'ma',
    '91,0',
    '1,181',
    ',',
    '%',
    "'; select",
  ])('near "%s" is refused at /near', async (text) => {
    await expect(look({ near: text })).rejects.toMatchObject({
      code: 'invalid',
      details: { errors: [{ pointer: '/near', detail: 'near_unknown' }] },
    })
  })

  test('what is not published is not found', async () => {
    const point = { lat: 61.2, lng: -149.9 }
    await at(point, { isPublished: false })
    const shown = await at(point)
    expect(idsOf(await look({ near: near(point), radiusKm: '1' }))).toEqual([shown.listingId])
  })
})

describe('what', () => {
  test('what matches all words; when nothing does, what matches any, and that is said', async () => {
    const point = { lat: 29.42, lng: -98.49 }
    const heart = await at(point, { specialty: 'cardiology' })
    const child = await at(point, { specialty: 'pediatrics' })
    await terms()
    const search = async (q: string) => {
      const found = await look({ near: near(point), radiusKm: '5', q })
      return { ids: new Set(idsOf(found)), isPartial: found.isPartial, typed: found.typed }
    }
    const both = new Set([heart.listingId, child.listingId])
    expect(await search('heart cardiologist')).toMatchObject({ ids: new Set([heart.listingId]), isPartial: false })
    expect(await search('heart pediatrician')).toMatchObject({ ids: both, isPartial: true })
    expect(await search('near me')).toMatchObject({ ids: both, isPartial: false, typed: { words: [] } })
    expect(await search('medicaid')).toMatchObject({ ids: both, typed: { words: [], ignored: ['medicaid'] } })
    expect(await search('aetna cardiologist')).toMatchObject({
      ids: new Set([heart.listingId]),
      typed: { words: ['cardiologist'], corrected: [], ignored: ['aetna'] },
    })
  })

  test('typos are forgiven and said; accents, case, titles and unknown words do not matter', async () => {
    const point = { lat: 31.76, lng: -106.49 }
    const heart = await at(point, { specialty: 'cardiology', name: 'Dr. Ana Kowalska' })
    const skin = await at(point, { specialty: 'dermatology', name: 'Dr. José Muñoz' })
    await at({ lat: 31.9, lng: -106.9 }, { name: 'Dr. Bo Seven' })
    await terms()
    const search = async (q: string) => {
      const found = await look({ near: near(point), radiusKm: '5', q })
      return { ids: idsOf(found), typed: found.typed }
    }
    expect(await search('cardiolgist')).toEqual({
      ids: [heart.listingId],
      typed: { words: ['cardiologist'], corrected: [{ from: 'cardiolgist', to: 'cardiologist' }], ignored: [] },
    })
    expect(await search('Dr. KOWALSKA')).toMatchObject({ ids: [heart.listingId], typed: { corrected: [] } })
    expect(await search('kowalsak')).toMatchObject({ ids: [heart.listingId] })
    expect(await search('jose munoz')).toMatchObject({ ids: [skin.listingId] })
    expect(await search('dermatología')).toMatchObject({ ids: [skin.listingId] })
    expect(await search('derma')).toMatchObject({ ids: [skin.listingId], typed: { corrected: [] } })
    expect(await search('a heart doctr near me zzzqqqxx')).toMatchObject({
      typed: { ignored: ['zzzqqqxx'] },
    })
    // How bad it is says nothing about who treats it; "severe" was read as the name Seven.
    for (const degree of ['severe', 'severo', 'severa', 'mild'])
      expect(await search(`${degree} cardiologist`)).toEqual({
        ids: [heart.listingId],
        typed: { words: ['cardiologist'], corrected: [], ignored: [] },
      })
    expect((await search('zzzqqqxx')).ids).toEqual([])
  })

  test.each(["'; drop table listing; --", 'a & | ! :* <->', '\\', '"', '🙂', '((((', '24/7', 'x', 'and', '%_', 'ﬁ'])(
    'q %j is only words',
    async (q) => {
      await expect(look({ q })).resolves.toMatchObject({ hits: expect.any(Array) })
    },
  )

  test('without a place the best match comes first, and nothing has a distance', async () => {
    await at(boston, { name: 'Dr. Quillfeather', specialty: 'pediatrics' })
    const tenant = await aTenant()
    await asOwner((tx) => tx`update organization set name = 'Quillfeather Clinic' where tenant_id = ${tenant.tenantId}`)
    await at(boston, { tenant, name: 'Dr. Other' })
    await terms()
    const found = await look({ q: 'quillfeather', sort: 'nearest' })
    expect(found.hits.map(({ card, distanceKm }) => [card.name, distanceKm])).toEqual([
      ['Dr. Quillfeather', null],
      ['Dr. Other', null],
    ])
  })

  test('each facet counts as if it were not filtered by itself', async () => {
    const point = { lat: 35.96, lng: -83.92 }
    await at(point, { specialty: 'cardiology', languages: ['English', 'Spanish'] })
    await at(point, { specialty: 'cardiology', languages: ['English'] })
    await at(point, { specialty: 'pediatrics', languages: ['English', 'Spanish'] })
    const query = { near: near(point), radiusKm: '5', specialty: 'cardiology', language: 'spanish' }
    const found = await look(query)
    expect(found.hits).toHaveLength(1)
    expect(found.facets).toEqual({
      specialty: [
        { value: 'cardiology', name: 'Heart care', count: 1 },
        { value: 'pediatrics', name: 'Pediatrics', count: 1 },
      ],
      language: [
        { value: 'English', count: 2 },
        { value: 'Spanish', count: 1 },
      ],
      more: false,
    })
    expect((await look({ ...query, specialty: 'unheard-of' })).hits).toEqual([])
  })

  test('a service filters by name in any case, and the times are its own', async () => {
    const point = { lat: 30.42, lng: -87.22 }
    const services = [{ name: 'Office visit' }, { name: 'Flu Shot', durationMinutes: 15 }]
    const both = await at(point, { services })
    await at(point, { services: [{ name: 'Office visit' }] })
    const found = await look({ near: near(point), radiusKm: '5', service: 'flu shot' })
    expect(idsOf(found)).toEqual([both.listingId])
    expect(found.hits[0]?.times).toHaveLength(3)
    for (const time of found.hits[0]?.times ?? []) {
      expect(time.serviceId).toBe(both.serviceIds[1])
      expect(time.endsAt.getTime() - time.startsAt.getTime()).toBe(15 * 60_000)
    }
  })
})

describe('when', () => {
  test('soonest is by live times, whatever the hints say; without times last', async () => {
    const point = { lat: 41.6, lng: -87.34 }
    const plain = { zone: 'America/Chicago' }
    const late = await at(point, { ...plain, rules: everyDay('16:00', '18:00') })
    const none = await at({ lat: 41.6001, lng: -87.34 }, { ...plain, rules: [] })
    const early = await at(point, { ...plain, rules: everyDay('06:00', '07:00') })
    const middle = await at(point, { ...plain, rules: everyDay('11:00', '12:00') })
    const ask = { near: near(point), radiusKm: '5', from: early.day }
    expect(idsOf(await look(ask))).toEqual([early, middle, late, none].map(({ listingId }) => listingId))

    // All of the early one is taken for the day that is asked for; the hints do not know.
    for (const start of early.times.filter((time) => localDate(time, plain.zone) === ask.from)) {
      const guest = visitor(early)
      await withGuest(
        guest,
        (tx) =>
          tx.sql`select kernel.hold(${early.listingId}, ${early.serviceId}, ${start}, ${guest.capability.id}, array['x'], 1000, 1000)`,
      )
    }
    expect(idsOf(await look(ask))).toEqual([middle, late, early, none].map(({ listingId }) => listingId))
  })

  test('a date means midnight in each clinic’s own zone, and filters nothing', async () => {
    const [east, west] = [
      await at({ lat: 37.08, lng: -88.6 }, { zone: 'America/New_York', rules: everyDay('00:00', '24:00') }),
      await at({ lat: 37.08, lng: -88.61 }, { zone: 'America/Los_Angeles', rules: everyDay('00:00', '24:00') }),
    ]
    const from = east.day
    const found = await look({ near: '37.08,-88.6', radiusKm: '5', from, sort: 'nearest' })
    expect(idsOf(found)).toEqual([east.listingId, west.listingId])
    const [first, second] = found.hits.map(({ times }) => times[0]?.startsAt ?? new Date(0))
    expect(localDate(first ?? new Date(0), 'America/New_York')).toBe(from)
    expect(localDate(second ?? new Date(0), 'America/Los_Angeles')).toBe(from)
    expect((second?.getTime() ?? 0) - (first?.getTime() ?? 0)).toBe(3 * 3_600_000)
    const far = await look({ near: '37.08,-88.6', radiusKm: '5', from: '2150-01-01' })
    expect(far.hits.map(({ times }) => times)).toEqual([[], []])
    const past = await look({ near: '37.08,-88.6', radiusKm: '5', from: '2001-01-01' })
    const soonest = past.hits.map(({ times }) => times[0]?.startsAt.getTime() ?? 0)
    expect(soonest).toHaveLength(2)
    for (const startsAt of soonest) expect(startsAt).toBeGreaterThan(past.checkedAt.getTime())
  })
})

describe('pages', () => {
  const point = { lat: 13.47, lng: 144.75 }
  let all: string[] = []

  beforeAll(async () => {
    const tenant = await aTenant()
    const made = []
    for (let i = 0; i < 11; i += 1) {
      const rules = i % 4 === 3 ? [] : everyDay(`${String(8 + (i % 3)).padStart(2, '0')}:00`, '17:00')
      made.push(await at(point, { tenant, rules, specialty: i % 2 ? 'cardiology' : 'pediatrics' }))
    }
    all = made.map(({ listingId }) => listingId).sort()
  })

  async function walk(query: Record<string, string>): Promise<string[][]> {
    const pages: string[][] = []
    let cursor: string | null = ''
    while (cursor !== null && pages.length < 20) {
      const found: Found = await look({ ...query, ...(cursor && { cursor }) })
      expect(found.page.hasMore).toBe(found.page.next !== null)
      pages.push(idsOf(found))
      cursor = found.page.next
    }
    return pages
  }

  test.each(['nearest', 'soonest'])(
    'sort=%s: every page in turn has each listing once, in the order of one page',
    async (sort) => {
      const query = { near: near(point), radiusKm: '5', sort }
      const pages = await walk({ ...query, limit: '4' })
      expect(pages.map((page) => page.length)).toEqual([4, 4, 3])
      expect(pages.flat().toSorted()).toEqual(all)
      expect(pages.flat()).toEqual(idsOf(await look({ ...query, limit: '50' })))
    },
  )

  test('words without a place: pages too', async () => {
    await asOwner((tx) => tx`select kernel.refresh_listing(${all}::uuid[])`)
    const query = { q: 'doctor', sort: 'nearest' }
    const whole = idsOf(await look({ ...query, limit: '50' }))
    const pages = await walk({ ...query, limit: '3' })
    expect(pages.flat().slice(0, whole.length)).toEqual(whole)
    expect(new Set(pages.flat()).size).toBe(pages.flat().length)
  })

  test('a cursor of another query, a cut one and garbage are refused at /cursor', async () => {
    const query = { near: near(point), radiusKm: '5', sort: 'nearest', limit: '4' }
    const { page } = await look(query)
    const next = page.next ?? ''
    expect((await look({ ...query, cursor: next, limit: '2' })).hits).toHaveLength(2)
    const [body = '', signature = ''] = next.split('.')
    const forged = Buffer.from(JSON.stringify([null, 0, all[0]])).toString('base64url')
    const bad: Record<string, string>[] = [
      { cursor: next, specialty: 'cardiology' },
      { cursor: next, near: near(boise) },
      { cursor: next, sort: 'soonest' },
      { cursor: next.slice(0, -1) },
      { cursor: body },
      { cursor: `${forged}.${signature}` },
      { cursor: 'abc' },
      { cursor: '.' },
    ]
    for (const change of bad) {
      await expect(look({ ...query, ...change })).rejects.toMatchObject({
        code: 'invalid',
        details: { errors: [{ pointer: '/cursor' }] },
      })
    }
  })
})
