import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { withoutForce } from '#db/force.ts'
import { exactly, type Figures, quantile, reported, timed } from '../figures.ts'
import { freeSlots, type Slot } from '../slots.ts'
import type { World } from '../world.ts'

const racers = 500

type Race = { winners: number; losers: number; broken: number; holdId: string | undefined; p99: number }

/** 500 people want one time at once, over HTTP; then again when the winner's hold has run out. */
export async function hotSlotCase(world: World): Promise<Figures> {
  const [slot] = await freeSlots(world, 1, 3)
  if (!slot) throw new Error('No free time to race for.')
  const first = await race(world.web, slot)
  await expire(world.urls.owner, first.holdId ?? '')
  const again = await race(world.web, slot)
  return {
    hot_slot_winners: exactly(first.winners, 'of 500', 1),
    hot_slot_losers_409: exactly(first.losers, 'of 499', racers - 1),
    hot_slot_answers_5xx: exactly(first.broken + again.broken, 'answers', 0),
    hot_slot_winners_after_expiry: exactly(again.winners, 'of 500', 1),
    hot_slot_p99_ms: reported(Math.max(first.p99, again.p99), 'ms'),
  }
}

async function race(web: string, slot: Slot): Promise<Race> {
  const body = JSON.stringify({
    listingId: slot.listingId,
    serviceId: slot.serviceId,
    startsAt: slot.startsAt.toISOString(),
  })
  const answers = await Promise.all(
    Array.from({ length: racers }, () =>
      timed(async () => {
        const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
        const answer = await fetch(`${web}/api/v1/holds`, { method: 'POST', headers, body })
        return { status: answer.status, json: (await answer.json()) as { id?: string } }
      }),
    ),
  )
  const won = answers.filter(({ result }) => result.status === 201)
  return {
    winners: won.length,
    losers: answers.filter(({ result }) => result.status === 409).length,
    broken: answers.filter(({ result }) => result.status >= 500).length,
    holdId: won[0]?.result.json.id,
    p99: quantile(
      answers.map(({ ms }) => ms),
      0.99,
    ),
  }
}

/** Lets a hold run out now, by the hand of the tables' owner. */
async function expire(ownerUrl: string, holdId: string): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  await owner.begin((tx) =>
    withoutForce(tx, async () => {
      await tx`update hold set expires_at = clock_timestamp() - interval '1 second' where id = ${holdId}`
      await tx`update occupancy set expires_at = clock_timestamp() - interval '1 second' where appointment_id = ${holdId}`
    }),
  )
  await owner.end()
}
