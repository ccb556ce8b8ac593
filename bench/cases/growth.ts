import postgres from 'postgres'
import { withoutForce } from '#db/force.ts'
import { atMost, type Figures, inParallel, quantile, reported, timed } from '../figures.ts'
import { freeSlots, type Slot } from '../slots.ts'
import type { World } from '../world.ts'
import { pair } from './booking.ts'

const clients = 10
const rounds = 5

/** What ten million past visits in `occupancy` cost a booking: none, 10 million and none again, in one run. */
export async function growthCase(world: World, isQuick: boolean): Promise<Figures> {
  const perRound = isQuick ? 100 : 200
  const rows = isQuick ? 500_000 : 10_000_000
  const slots = await freeSlots(world, perRound * (rounds + 1) * 3, 5)
  const part = (n: number) => slots.slice(n * perRound * (rounds + 1), (n + 1) * perRound * (rounds + 1))
  const owner = postgres(world.urls.owner, { max: 1, onnotice: () => {} })
  const before = await roundsOf(part(0), perRound)
  const filled = await timed(() => rebuilt(owner, (tx) => addPast(tx, rows)))
  const grown = await roundsOf(part(1), perRound)
  await rebuilt(owner, removePast)
  const after = await roundsOf(part(2), perRound)
  await owner.end()
  const none = quantile([...before, ...after], 0.5)
  return {
    booking_time_with_past_rows: atMost(quantile(grown, 0.5) / none, 'ratio', 1.2),
    past_rows: reported(rows, 'rows'),
    past_rows_added_in_s: reported(filled.ms / 1_000, 's'),
  }
}

/** Milliseconds a booking in each round; the first warms up and is left out. */
async function roundsOf(slots: Slot[], perRound: number): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const part = slots.slice(round * perRound, (round + 1) * perRound)
    const { ms } = await timed(() => inParallel(part, clients, pair))
    if (round > 0) times.push(ms / part.length)
  }
  return times
}

/** Half-hour visits behind each other, from a month ago back, as evenly over the resources as they come. */
const addPast = (tx: postgres.TransactionSql, rows: number) => tx`
  with someone as (select id, row_number() over () - 1 as n, count(*) over () as total from resource),
  visit as (
    select s.id as resource_id, date_trunc('day', now()) - interval '30 days' - turn * interval '30 minutes' as ends
    from someone s cross join lateral generate_series(0, (${rows}::int - 1 - s.n) / s.total) as turn
  )
  insert into occupancy (resource_id, during, kind, tenant_id, appointment_id)
  select resource_id, tstzrange(ends - interval '30 minutes', ends), 'booked', '00000000-0000-7000-8000-000000000000', uuidv7() from visit`

async function removePast(tx: postgres.TransactionSql): Promise<void> {
  await tx`create temp table kept on commit drop as select * from occupancy where upper(during) > now() - interval '29 days'`
  await tx`truncate occupancy`
  await tx`insert into occupancy select * from kept`
}

type Made = { name: string; definition: string; isConstraint: boolean }

/** Changes many rows of `occupancy` with its indexes, constraints and triggers taken off, puts them back and vacuums. */
async function rebuilt(owner: postgres.Sql, work: (tx: postgres.TransactionSql) => Promise<unknown>): Promise<void> {
  await owner.begin((tx) =>
    withoutForce(tx, async () => {
      await tx`set local maintenance_work_mem = '1GB'`
      await tx`set local statement_timeout = 0`
      const made = await tx<Made[]>`
        select i.indexrelid::regclass::text as name, coalesce(pg_get_constraintdef(c.oid), pg_get_indexdef(i.indexrelid)) as definition,
          c.oid is not null as "isConstraint"
        from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = i.indrelid
        where i.indrelid = 'occupancy'::regclass`
      await tx`alter table occupancy disable trigger user`
      for (const { name, isConstraint } of made)
        await tx.unsafe(isConstraint ? `alter table occupancy drop constraint ${name}` : `drop index ${name}`)
      await work(tx)
      for (const { name, definition, isConstraint } of made)
        await tx.unsafe(isConstraint ? `alter table occupancy add constraint ${name} ${definition}` : definition)
      await tx`alter table occupancy enable trigger user`
    }),
  )
  await owner`vacuum (analyze) occupancy`
}
