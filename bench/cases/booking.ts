import postgres from 'postgres'
import { guestActor } from '#db/actor.ts'
import { now, withGuest } from '#db/doors.ts'
import { once } from '#db/idempotency.ts'
import { changes } from '#db/pool.ts'
import { anyone } from '#db/testing/fixtures.ts'
import { holdCapability, newHoldCapability } from '#domain/booking/access.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { hold } from '#domain/booking/hold.ts'
import { BookInput } from '#domain/booking/input.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { atLeast, exactly, type Figures, inParallel, quantile, reported, timed } from '../figures.ts'
import { freeSlots, type Slot } from '../slots.ts'
import type { World } from '../world.ts'

/** As many as the web's pool has connections. */
const clients = 10
const rounds = 5
/** So many bare inserts for each pair, so that both are looked at for about as long. */
const bareInserts = 4

/**
 * Hold and confirm by the product's own verbs, each with its key, audit and outbox, against one bare insert in a
 * transaction by the same client: 2 × pairs a second ÷ inserts a second, the median of five rounds after one to warm up.
 * This definition stays as it is. All over the market, and beside it the harder order: one practitioner's day after
 * another, so that the ten clients want the same person's times.
 */
export async function bookingCase(world: World, isQuick: boolean): Promise<Figures> {
  const perRound = isQuick ? 300 : 600
  const count = perRound * (rounds + 1)
  const owner = postgres(world.urls.owner, { max: 1, onnotice: () => {} })
  await bareTable(owner)
  const market = await roundsOf(await freeSlots(world, count, 2), perRound)
  const day = await roundsOf(byDay(await freeSlots(world, count, 16)), perRound)
  await owner`drop table public.bench_bare`
  await owner.end()
  return {
    booking_pairs_over_bare_insert: atLeast(median(market, ratio), 'ratio', 0.2),
    booking_pairs_over_bare_insert_one_day: reported(median(day, ratio), 'ratio'),
    booking_pairs_per_second: reported(
      median(market, ({ pairs }) => pairs),
      '1/s',
    ),
    bare_inserts_per_second: reported(
      median(market, ({ bare }) => bare),
      '1/s',
    ),
    booking_success: exactly(Math.min(...[...market, ...day].map(({ success }) => success)), 'share', 1),
  }
}

type Round = { pairs: number; bare: number; success: number }
const ratio = ({ pairs, bare }: Round): number => (pairs * 2) / bare
const median = (done: Round[], of: (round: Round) => number): number => quantile(done.map(of), 0.5)

/** Rates a second, of bookings and of bare inserts, in each round. */
async function roundsOf(slots: Slot[], perRound: number): Promise<Round[]> {
  const done: Round[] = []
  for (let round = 0; round <= rounds; round++) {
    const part = slots.slice(round * perRound, (round + 1) * perRound)
    const bare = await timed(() => inParallel(Array<Slot[]>(bareInserts).fill(part).flat(), clients, bareInsert))
    const pairs = await timed(() => inParallel(part, clients, pair))
    const booked = pairs.result.filter(Boolean).length
    if (round > 0)
      done.push({
        pairs: (booked * 1_000) / pairs.ms,
        bare: (part.length * bareInserts * 1_000) / bare.ms,
        success: booked / part.length,
      })
  }
  return done
}

/** One listing after the other, its times in their order. */
const byDay = (slots: Slot[]): Slot[] =>
  slots.toSorted((one, other) =>
    one.listingId === other.listingId
      ? one.startsAt.getTime() - other.startsAt.getTime()
      : one.listingId < other.listingId
        ? -1
        : 1,
  )

/** The same row that a claim inserts, behind the same constraint, without roles or policies. */
async function bareTable(owner: postgres.Sql): Promise<void> {
  await owner`drop table if exists public.bench_bare`
  await owner`create table public.bench_bare (id uuid primary key default uuidv7(), resource_id uuid not null, during tstzrange not null,
    kind text not null, tenant_id uuid not null, appointment_id uuid not null, expires_at timestamptz,
    exclude using gist (resource_id with =, during with &&))`
  await owner`grant usage on schema public to medley_web`
  await owner`grant insert on public.bench_bare to medley_web`
}

const bareInsert = (slot: Slot): Promise<unknown> =>
  changes().begin(
    (tx) => tx`insert into public.bench_bare (resource_id, during, kind, tenant_id, appointment_id)
      values (${newId()}, tstzrange(${slot.startsAt}, ${new Date(slot.startsAt.getTime() + 1_800_000)}), 'booked', ${slot.tenantId}, ${newId()})`,
  )

/** Holds and confirms a time as a guest does; whether it was booked. */
export async function pair(slot: Slot): Promise<boolean> {
  const wanted = { listingId: slot.listingId, serviceId: slot.serviceId, startsAt: slot.startsAt }
  const visitor = guestActor(newHoldCapability(slot.tenantId, newId(), await now()), 'bench')
  // Each books from an address and with a contact of their own, as people do: what one does is counted one after the other.
  const caller = anyone()
  const input = BookInput.parse({
    patient: { givenName: 'Ada', familyName: 'Bench', email: `${newId()}@example.org`, birthDate: '1984-02-29' },
  })
  try {
    const held = await withGuest(
      visitor,
      (tx) =>
        once(tx, { route: 'hold', key: newId(), body: wanted, caller: caller.hashes[0] }, () =>
          hold(tx, wanted, caller),
        ),
      { claims: slot.listingId },
    )
    const holder = guestActor(holdCapability({ ...held, heldAt: new Date(held.heldAt) }), 'bench')
    await withGuest(holder, (tx) =>
      once(tx, { route: 'confirm', key: newId(), body: input }, () => confirm(tx, held.id, input, caller)),
    )
    return true
  } catch (error) {
    if (error instanceof AppError) console.log(`  ${error.code}: ${error.message}`)
    else throw error
    return false
  }
}
