import postgres from 'postgres'
import { databaseClock, mintEntry } from '#db/context.ts'
import { changes, reads } from '#db/pool.ts'
import { atMost, type Figures, quantile, reported, timed } from '../figures.ts'
import type { World } from '../world.ts'

const rounds = 12
const perRound = 40

type Run = (tx: postgres.ISql, index: number) => Promise<unknown>

/**
 * What the wall costs: the same statements with the policies on and with row security off in a transaction that is
 * rolled back, in turns; and a tenant's statement under a signed context against the same with its filter by hand.
 */
export async function wallCase(world: World): Promise<Figures> {
  const owner = postgres(world.urls.owner, { max: 1, onnotice: () => {} })
  const sample = await owner.begin(async (tx) => {
    await tx`set local role medley_kernel`
    const listings = await tx<{ id: string; place: string; tenantId: string }[]>`
      select id, place::text as place, tenant_id as "tenantId" from listing order by hashtext(id::text) limit 400`
    return [...listings]
  })
  const at = (index: number) => sample[index % sample.length] ?? { id: '', place: '', tenantId: '' }
  const listing: Run = (tx, index) =>
    tx`select id, slug, card from listing where place <@ cube_enlarge(${at(index).place}::cube, 0.005, 3)
      order by place <-> ${at(index).place}::cube limit 20`
  const times: Run = (tx, index) => {
    const ids = Array.from({ length: 20 }, (_, step) => at(index * 20 + step).id)
    return tx`select * from kernel.free_times(${ids}::uuid[], null, now(), now() + interval '14 days', 3)`
  }
  const [listingCost, timesCost] = [await policyCost(owner, listing), await policyCost(owner, times)]
  const context = await contextCost(owner, at)
  await owner.end()
  return {
    public_rls_cost: atMost(Math.max(listingCost, timesCost), 'ratio', 1.05),
    public_rls_cost_listing: reported(listingCost, 'ratio'),
    public_rls_cost_free_times: reported(timesCost, 'ratio'),
    context_cost_ms: atMost(context, 'ms', 0.15),
  }
}

class Undo extends Error {}

const tries = 5

/** Runs in a transaction of the owner's that leaves nothing; again when the worker was in the middle of the same tables. */
async function undone(owner: postgres.Sql, work: (tx: postgres.TransactionSql) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await owner.begin(async (tx) => {
        await work(tx)
        throw new Undo()
      })
    } catch (error) {
      if (error instanceof Undo) return
      if ((error as { code?: string }).code !== '40P01' || attempt === tries) throw error
    }
  }
}

async function withoutPolicies(tx: postgres.TransactionSql): Promise<void> {
  const tables = await tx<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relrowsecurity`
  for (const { name } of tables) await tx.unsafe(`alter table ${name} disable row level security`)
}

/** p50 at the public door ÷ p50 for the tables' owner with row security off, in interleaved rounds. */
async function policyCost(owner: postgres.Sql, run: Run): Promise<number> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const measure = async (tx: postgres.ISql): Promise<number> => {
      const took: number[] = []
      for (let index = 0; index < perRound + 10; index++) {
        const { ms } = await timed(() => run(tx, round * perRound + index))
        if (index >= 10) took.push(ms)
      }
      return quantile(took, 0.5)
    }
    const on = () =>
      reads().begin(async (tx) => {
        await tx`select set_config('role', 'medley_public', true)`
        return measure(tx)
      })
    let off = 0
    const bare = () =>
      undone(owner, async (tx) => {
        await withoutPolicies(tx)
        off = await measure(tx)
      })
    // The round's pages first come from the disk for one of the two, so neither is measured on that look.
    await on()
    if (round % 2 === 0) {
      const first = await on()
      await bare()
      ratios.push(first / off)
    } else {
      await bare()
      ratios.push((await on()) / off)
    }
  }
  return quantile(ratios, 0.5)
}

/** Milliseconds that a signed context adds to a tenant's statement, at the median. */
async function contextCost(owner: postgres.Sql, at: (index: number) => { tenantId: string }): Promise<number> {
  const differences: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { tenantId } = at(round)
    const actor = { kind: 'guest', tenantId, requestId: 'bench' } as const
    const capability = { kind: 'hold', tenantId, id: tenantId, version: 1, expiresAt: new Date() } as const
    const now = await databaseClock(changes())
    const bare: number[] = []
    const signed: number[] = []
    await undone(owner, async (tx) => {
      await withoutPolicies(tx)
      for (let index = 0; index < perRound * 2; index++) {
        bare.push((await timed(() => tx`select id, name from location where tenant_id = ${tenantId}`)).ms)
      }
    })
    await changes().begin(
      async (tx, { connection }) => {
        await tx`select ctx.enter(${mintEntry(connection, { ...actor, capability }, now())})`
        for (let index = 0; index < perRound * 2; index++) {
          signed.push((await timed(() => tx`select id, name from location`)).ms)
        }
      },
      { role: 'medley_guest' },
    )
    differences.push(quantile(signed, 0.5) - quantile(bare, 0.5))
  }
  return quantile(differences, 0.5)
}
