import { createHash } from 'node:crypto'
import { AppError } from '#lib/errors.ts'
import type { GuestTx, StaffTx } from './doors.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Canonical JSON: the same value gives the same text whatever the order of its keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/**
 * A key as it came with a request. It counts for one caller: the person who is signed in, or whoever has the capability of
 * the row. Someone who holds a time has neither yet, so `caller` tells who asks: a hash of their address or of their secret.
 */
export type OnceKey = { key: string; body: unknown } & (
  | { route: 'hold'; caller: string }
  | { route: 'confirm' | 'reschedule' | 'cancel'; caller?: undefined }
)

/**
 * Runs `work` once per caller, route and key, in the verb's own transaction, and gives a replay the first result
 * (plain JSON). Only success is kept: a refusal rolls the key back. Another body under the key throws
 * `idempotency_mismatch`; a key outside 16–255 characters throws `bad_request`.
 *
 * Nearly every key is a new one, so the first statement of `work` does not wait for the answer about the key: when the key
 * is known Postgres refuses what follows, and the door repeats the transaction, which then looks first.
 */
export async function once<T extends Record<string, unknown>>(
  tx: GuestTx | StaffTx,
  { route, key, body, caller }: OnceKey,
  work: () => Promise<T>,
): Promise<T> {
  if (key.length < 16 || key.length > 255) throw new AppError('bad_request', 'idempotency_key_length')
  const keyHash = hash(key)
  const begin = tx.sql<{ fresh: boolean; result: string | null; mismatch: boolean }[]>`
    select * from kernel.once_begin(${route}, ${keyHash}, ${hash(canonical(body))}, ${caller ?? null}, ${tx.isRepeated})`
  if (tx.isRepeated) {
    const [first] = await begin
    if (first && !first.fresh) {
      if (first.mismatch || first.result === null) throw new AppError('idempotency_mismatch', 'idempotency_mismatch')
      return JSON.parse(first.result) as T
    }
  } else tx.pipeline(begin)
  const result = JSON.stringify(await work())
  tx.pipeline(tx.sql`select kernel.once_store(${route}, ${keyHash}, ${result}, ${caller ?? null})`)
  return JSON.parse(result) as T
}

/** The result that the guest's request got under `key`, or undefined when it got none. */
export async function answered<T extends Record<string, unknown>>(
  tx: GuestTx,
  { route, key }: { route: 'confirm'; key: string },
): Promise<T | undefined> {
  const [first] = await tx.sql<{ result: string | null }[]>`
    select kernel.once_answer(${route}, ${hash(key)}) as result`
  return first?.result ? (JSON.parse(first.result) as T) : undefined
}
