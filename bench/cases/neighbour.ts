import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { guestActor } from '#db/actor.ts'
import { now, readAsGuest, withGuest, withPublic } from '#db/doors.ts'
import { anyone } from '#db/testing/fixtures.ts'
import { freeTimes } from '#domain/availability/read.ts'
import { newHoldCapability } from '#domain/booking/access.ts'
import { hold } from '#domain/booking/hold.ts'

import { newId } from '#lib/ids.ts'
import { atMost, type Figures, quantile, reported, timed } from '../figures.ts'
import { freeSlots, type Slot } from '../slots.ts'
import type { World } from '../world.ts'

const rounds = 6
const perRound = 60
const claims = 40

/**
 * A tenant's reads while another tenant's practitioner is stalled: somebody holds the practitioner's lock, and forty people want
 * a time there. Idle and stalled in turns.
 */
export async function neighbourCase(world: World): Promise<Figures> {
  const owner = postgres(world.urls.owner, { max: 1, onnotice: () => {} })
  const [stalled, neighbour] = await twoOf(world)
  const idle: number[] = []
  const beside: number[] = []
  for (let round = 0; round < rounds; round++) {
    await read(neighbour, 10)
    idle.push(...(await read(neighbour, perRound)))
    beside.push(...(await whileStalled(owner, stalled, () => read(neighbour, perRound))))
  }
  await owner.end()
  const [idle95, beside95] = [quantile(idle, 0.95), quantile(beside, 0.95)]
  return {
    neighbour_p95: atMost(beside95 / idle95, 'ratio', 1.5),
    neighbour_p95_idle_ms: reported(idle95, 'ms'),
    neighbour_p95_stalled_ms: reported(beside95, 'ms'),
  }
}

async function twoOf(world: World): Promise<[Slot, Slot]> {
  const slots = await freeSlots(world, 5_000, 3)
  const [first] = slots
  const other = slots.find(({ tenantId }) => tenantId !== first?.tenantId)
  if (!first || !other) throw new Error('There are no two tenants with free times.')
  return [first, other]
}

/** The milliseconds of reads as a page of the tenant makes them: its free times by anybody, its location by a guest. */
async function read({ listingId, tenantId }: Slot, count: number): Promise<number[]> {
  const took: number[] = []
  const guest = guestActor(newHoldCapability(tenantId, newId(), await now()), 'bench')
  const from = new Date()
  const to = new Date(from.getTime() + 14 * 86_400_000)
  for (let n = 0; n < count; n++) {
    const { ms } = await timed(async () => {
      await withPublic((tx) => freeTimes(tx, { listingIds: [listingId], from, to }))
      await readAsGuest(guest, (tx) => tx.sql`select id, name from location`)
    })
    took.push(ms)
  }
  return took
}

/** Runs `work` while the listing's practitioner is locked and forty claims of its time wait; ends when all are answered. */
async function whileStalled<T>(owner: postgres.Sql, slot: Slot, work: () => Promise<T>): Promise<T> {
  const forty: Promise<unknown>[] = []
  const result = await owner.begin(async (tx) => {
    await tx`set local role medley_kernel`
    await tx`
      select kernel.lock_resources(array(select resource_id from listing_resource where listing_id = ${slot.listingId} order by 1))`
    const at = await now()
    for (let n = 0; n < claims; n++) {
      const visitor = guestActor(newHoldCapability(slot.tenantId, newId(), at), 'bench')
      const wanted = { listingId: slot.listingId, serviceId: slot.serviceId, startsAt: slot.startsAt }
      forty.push(withGuest(visitor, (claim) => hold(claim, wanted, anyone()), { claims: slot.listingId }))
    }
    // Watched from the start: some fail while `work` goes on.
    for (const claim of forty) claim.catch(() => undefined)
    await sleep(200)
    return { value: await work() }
  })
  await Promise.allSettled(forty)
  return result.value as T
}
