import postgres from 'postgres'
import { withPublic } from '#db/doors.ts'
import { freeTimes } from '#domain/availability/read.ts'
import { seeded } from './figures.ts'
import type { World } from './world.ts'

export type Slot = { listingId: string; tenantId: string; serviceId: string; startsAt: Date }

const dayMs = 86_400_000
const apartMs = 7_200_000
const batch = 100

/**
 * `count` free times that any adult can book, two hours apart, of practitioners who work nowhere else: each is a valid
 * booking whatever becomes of the others. From `skipDays` days on, in a random order that is the same in each run, so that
 * neighbours are rarely one person's; fewer when there are fewer.
 */
export async function freeSlots({ urls }: World, count: number, skipDays: number): Promise<Slot[]> {
  const owner = postgres(urls.owner, { max: 1, onnotice: () => {} })
  const slots: Slot[] = []
  const from = new Date(Date.now() + skipDays * dayMs)
  const to = new Date(from.getTime() + 14 * dayMs)
  for (let offset = 0; slots.length < count; offset += batch) {
    const tenants = await independent(owner, offset)
    if (tenants.size === 0) break
    const times = await withPublic((tx) => freeTimes(tx, { listingIds: [...tenants.keys()], from, to }))
    const lastStart = new Map<string, number>()
    for (const time of times) {
      const before = lastStart.get(time.listingId) ?? 0
      if (time.startsAt.getTime() - before < apartMs) continue
      lastStart.set(time.listingId, time.startsAt.getTime())
      slots.push({ ...time, tenantId: tenants.get(time.listingId) ?? '' })
    }
  }
  await owner.end()
  const random = seeded(20_261_125)
  return slots
    .slice(0, count)
    .map((slot) => ({ slot, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ slot }) => slot)
}

/** The tenants of some listings for adults, by listing; which resources are shared only the kernel may see. */
const independent = (owner: postgres.Sql, offset: number): Promise<Map<string, string>> =>
  owner.begin(async (tx) => {
    await tx`set local role medley_kernel`
    const rows = await tx<{ id: string; tenantId: string }[]>`
      select l.id, l.tenant_id as "tenantId" from listing l
      where (l.profile -> 'services' -> 0 ->> 'minimumAgeYears')::int <= 18
        and (l.profile -> 'services' -> 0 ->> 'maximumAgeYears')::int >= 60
        and not exists (
          select from listing_resource mine join listing_resource other using (resource_id)
          where mine.listing_id = l.id and other.listing_id <> l.id)
      order by l.id offset ${offset} limit ${batch}`
    return new Map(rows.map((row) => [row.id, row.tenantId]))
  })
