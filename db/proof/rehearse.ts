import type postgres from 'postgres'

const undo = new Error('rehearsal over')

/** Runs `work` in a transaction and takes all of it back, whatever it did; gives what `work` gave. */
export async function rehearse<T, S = postgres.TransactionSql>(
  sql: { begin(work: (tx: S) => Promise<never>): Promise<unknown> },
  work: (tx: S) => Promise<T>,
): Promise<T> {
  let outcome: { value: T } | undefined
  try {
    await sql.begin(async (tx) => {
      outcome = { value: await work(tx) }
      throw undo
    })
  } catch (error) {
    if (error !== undo || !outcome) throw error
  }
  if (!outcome) throw new Error('The rehearsal ended without an outcome.')
  return outcome.value
}

/** Runs `work` inside an open transaction and takes back what it did since. */
export async function attempt<T>(tx: postgres.TransactionSql, work: () => Promise<T>): Promise<T> {
  let outcome: { value: T } | undefined
  try {
    await tx.savepoint(async () => {
      outcome = { value: await work() }
      throw undo
    })
  } catch (error) {
    if (error !== undo || !outcome) throw error
  }
  if (!outcome) throw new Error('The attempt ended without an outcome.')
  return outcome.value
}
