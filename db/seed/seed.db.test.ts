import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '#db/pool.ts'
import { staffRoles } from '#db/schema/policy.ts'
import { auditBooking } from '#db/testing/auditor.ts'
import type { Urls } from '#scripts/test/cluster.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { seedAppointments } from './appointments.ts'
import { type SeedOptions, type SeedReport, seed } from './run.ts'

const organizations = 40
const dayMs = 86_400_000
/** One moment for all of these tests, so that no day comes nearer while they run. */
const now = new Date()
const lines: string[] = []
const run = (urls: Urls, options: Partial<SeedOptions> = {}): Promise<SeedReport> =>
  seed({ ownerUrl: urls.owner, scale: 'demo', now, organizations, progress: (line) => lines.push(line), ...options })

const constraintsOf = (sql: postgres.Sql) => sql<{ definition: string }[]>`
  select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) as definition from pg_constraint
  where connamespace = 'public'::regnamespace order by 1`
const rowsIn = async (sql: postgres.Sql): Promise<Record<string, number>> => {
  const names = ['tenant', 'listing', 'patient', 'appointment', 'occupancy', 'person', 'place', 'specialty']
  const counts = names.map((name) => `select '${name}' as name, count(*)::int as rows from ${name}`)
  const rows = await sql.unsafe<{ name: string; rows: number }[]>(counts.join(' union all '))
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]))
}
const unforced = (sql: postgres.Sql) => sql`
  select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)`

describe('the seed', () => {
  let urls: Urls
  let sql: postgres.Sql
  let before: Awaited<ReturnType<typeof constraintsOf>>
  let report: SeedReport

  beforeAll(async () => {
    urls = await ownDatabase('seed')
    sql = connect(urls.admin, 2)
    before = await constraintsOf(sql)
    report = await run(urls)
  }, 120_000)
  afterAll(() => sql.end())

  test('writes what it reports, publishes every listing, counts every row of the source', async () => {
    expect(report).toMatchObject({
      wrote: ['demo'],
      facilities: { rows: 41_086, kept: 40_049, mended: 939, rejected: 98 },
    })
    expect(await rowsIn(sql)).toMatchObject({
      tenant: organizations,
      listing: report.listings,
      appointment: report.visits,
      occupancy: report.visits,
    })
    const [published] = await sql`
      select count(*)::int as roles, count(l.id)::int as listings,
        count(*) filter (where l.profile ->> 'isDemo' = 'true' and l.profile ->> 'phone' ~ '^[(][0-9]{3}[)] 555-01[0-9]{2}$')::int as marked
      from practitioner_role r left join listing l on l.id = r.id`
    expect(published).toEqual({ roles: report.listings, listings: report.listings, marked: report.listings })
    expect(lines.some((line) => line.includes('41,086 facilities read: 40,049 kept, 939 mended, 98 rejected'))).toBe(
      true,
    )
    expect(lines.some((line) => /100 % · .* facilities · [\d,]+ rows\/s$/.test(line))).toBe(true)
  })

  test('leaves every key and every wall as it found them', async () => {
    expect(await constraintsOf(sql)).toEqual(before)
    expect(await unforced(sql)).toEqual([])
  })

  const offTheGrid = () => sql`
    select a.id from appointment a where a.starts_at > now() + interval '26 hours' and not exists (
      select 1 from kernel.times(array[a.listing_id], a.service_id, a.starts_at, a.starts_at + interval '1 minute', 1, ignore_busy => true) f
      where f.starts_at = a.starts_at and f.ends_at = a.ends_at)`

  test('books nobody twice, each visit on its listing’s free grid, each child with an adult', async () => {
    expect(await auditBooking(sql)).toEqual([])
    expect(await offTheGrid()).toEqual([])
    const alone = await sql`
      select a.id from appointment a join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
      where p.birth_date > current_date - interval '17 years'
        and not exists (select 1 from related_person r where r.appointment_id = a.id and r.tenant_id = a.tenant_id)`
    expect(alone).toEqual([])
    const wrongAge = await sql`
      select a.id from appointment a join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
      join service s on s.tenant_id = a.tenant_id and s.id = a.service_id
      where extract(year from age(a.starts_at, p.birth_date)) not between s.minimum_age_years and s.maximum_age_years + 1`
    expect(wrongAge).toEqual([])
    const unreachable = await sql`
      select a.id from appointment a join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
      left join related_person r on r.tenant_id = a.tenant_id and r.appointment_id = a.id
      where coalesce(p.email, p.phone, r.email, r.phone) is null`
    expect(unreachable).toEqual([])
    const twice = await sql`
      select a.patient_id from appointment a join listing l on l.id = a.listing_id
      group by a.patient_id, (a.starts_at at time zone l.time_zone)::date having count(*) > 1`
    expect(twice).toEqual([])
  })

  test('fills the coming days by 40 to 100 in a hundred, one clinic for three weeks, and leaves some without hours', async () => {
    // What is open is the kernel's own answer: a holiday or somebody's leave among these days is not time left empty.
    const [filled] = await sql`
      with near as (
        select l.id, tstzrange((d.today + interval '1 day') at time zone l.time_zone, (d.today + interval '5 days') at time zone l.time_zone) as days
        from listing l cross join lateral (select (clock_timestamp() at time zone l.time_zone)::date::timestamp as today) d
      ), open as (
        select n.id, sum(upper(gap) - lower(gap)) as span
        from near n
        cross join kernel.free_ranges(array[n.id], null, lower(n.days), upper(n.days), null, true) r
        cross join unnest(r.free * tstzmultirange(n.days)) as gap
        group by n.id
      ), taken as (
        select n.id, sum(upper(o.during) - lower(o.during)) as span
        from near n join appointment a on a.listing_id = n.id join occupancy o on o.appointment_id = a.id and n.days @> o.during
        group by n.id
      )
      select (sum(extract(epoch from t.span)) / sum(extract(epoch from o.span)))::float as share from open o left join taken t using (id)`
    expect(filled?.share).toBeGreaterThan(0.4)
    expect(filled?.share).toBeLessThan(0.9)
    const full = await sql<{ times: number }[]>`
      select (select count(*)::int from kernel.free_times(array[l.id], ls.service_id, now(), now() + interval '21 days')) as times
      from listing l join listing_service ls on ls.listing_id = l.id
      where l.card ->> 'organization' like 'Borderland Primary Care%'`
    expect(full.length).toBeGreaterThan(4)
    expect(full.every((row) => row.times === 0)).toBe(true)
  })

  test('signs in each role at three tenants, and one practitioner at two', async () => {
    const tenants = Map.groupBy(report.accounts, (account) => account.tenant)
    expect(tenants.size).toBe(3)
    for (const [slug, accounts] of tenants) {
      expect(accounts.map((account) => account.role)).toEqual(staffRoles)
      const rows = await sql`
        select m.role, p.display_name as name from membership m join person p on p.id = m.person_id join tenant t on t.id = m.tenant_id
        where t.slug = ${slug} and p.is_demo`
      expect(rows.length).toBe(accounts.length)
      for (const { role, name } of accounts) expect(rows).toContainEqual({ role, name })
    }
    const people = Map.groupBy(report.accounts, (account) => account.personId)
    const both = [...people.values()].filter((list) => list.length > 1)
    expect(both.map((list) => list.map((account) => account.role))).toEqual([['practitioner', 'practitioner']])
  })

  test('writes nothing the second time, and tells the same', async () => {
    const rows = await rowsIn(sql)
    expect(await run(urls)).toEqual({ ...report, wrote: [] })
    expect(await rowsIn(sql)).toEqual(rows)
  })

  test('days later fills up the days that came near, and only those', async () => {
    const rows = await rowsIn(sql)
    const later = await run(urls, { now: new Date(now.getTime() + 3 * dayMs) })
    const after = await rowsIn(sql)
    expect(later.wrote).toEqual([])
    expect(after.appointment).toBeGreaterThan(rows.appointment ?? 0)
    expect(after).toMatchObject({ listing: rows.listing, tenant: rows.tenant, appointment: later.visits })
    expect(await auditBooking(sql)).toEqual([])
    expect(await constraintsOf(sql)).toEqual(before)
  }, 60_000)

  test('the rest follows the demo, with ids and slugs of its own', async () => {
    const rows = await rowsIn(sql)
    const all = await run(urls, { scale: 'all' })
    expect(all.wrote).toEqual(['rest'])
    expect(await rowsIn(sql)).toMatchObject({
      tenant: organizations * 2,
      listing: all.listings,
      place: rows.place,
      person: rows.person,
    })
    expect(all.accounts).toEqual(report.accounts)
  }, 60_000)

  test('appointments for measuring come to the number asked for, over nothing that is there', async () => {
    const wanted = ((await rowsIn(sql)).appointment ?? 0) + 6000
    const options = { ownerUrl: urls.owner, count: wanted, progress: () => {} }
    expect(await seedAppointments(options)).toBe(wanted)
    expect(await seedAppointments({ ...options, count: wanted - 1 })).toBe(wanted)
    expect((await rowsIn(sql)).appointment).toBe(wanted)
    expect(await offTheGrid()).toEqual([])
    expect(await auditBooking(sql)).toEqual([])
    expect(await unforced(sql)).toEqual([])
  }, 60_000)
})

test('a refused row leaves nothing behind: no tenant, no ledger, every wall up', async () => {
  const urls = await ownDatabase('seed_refused')
  const sql = connect(urls.admin, 1)
  const before = await constraintsOf(sql)
  await sql`insert into tenant (id, slug) values (gen_random_uuid(), 'charles-river-community-health-ma')`
  await expect(run(urls)).rejects.toMatchObject({ code: '23505' })
  expect(await rowsIn(sql)).toMatchObject({ tenant: 1, listing: 0, appointment: 0, place: 0 })
  expect(await sql`select part from seed.ledger`).toEqual([])
  expect(await unforced(sql)).toEqual([])
  expect(await constraintsOf(sql)).toEqual(before)
  await sql.end()
}, 60_000)
