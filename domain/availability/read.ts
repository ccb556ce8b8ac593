import type { GuestTx, StaffTx, Tx } from '#db/doors.ts'

/** Any door: what is free is public. */
type AnyTx = Pick<Tx<string, unknown>, 'sql'>

export type FreeTime = { listingId: string; serviceId: string; startsAt: Date; endsAt: Date }

export type WantedTimes = {
  listingIds: string[]
  /** Left out: each listing's first service. */
  serviceId?: string | null
  /** Starts lie in [from, to). */
  from: Date
  to: Date
  /** At most so many a listing, the earliest; left out: all. */
  perListing?: number | null
}

/**
 * The times at which a visit can start, per listing earliest first; a listing without any has no row. Live: what is held
 * or booked at this moment is not among them, what is here can be claimed. An index probe a listing and a resource.
 */
export const freeTimes = (tx: AnyTx, wanted: WantedTimes): Promise<FreeTime[]> => tx.sql<FreeTime[]>`
  select listing_id as "listingId", service_id as "serviceId", starts_at as "startsAt", ends_at as "endsAt"
  from kernel.free_times(${wanted.listingIds}::uuid[], ${wanted.serviceId ?? null}::uuid, ${wanted.from}, ${wanted.to},
    ${wanted.perListing ?? null}::integer)`

/** The times to which a booked visit can be moved, as long as it was booked, earliest first; its own time counts as free. */
export const moveTimes = (
  tx: GuestTx | StaffTx,
  { visitId, from, to }: { visitId: string; from: Date; to: Date },
): Promise<{ startsAt: Date; endsAt: Date }[]> => tx.sql<{ startsAt: Date; endsAt: Date }[]>`
  select starts_at as "startsAt", ends_at as "endsAt" from kernel.move_times(${visitId}, ${from}, ${to})`

/**
 * Why a time is not offered: someone has it (`taken`), the visit would not lie inside the opening hours
 * (`outside_hours`), the date has none (`closed_day`), the clock shows no whole step (`off_grid`), it is over (`past`),
 * too soon (`notice`) or too far ahead (`horizon`) for the service, or the listing does not offer it (`not_offered`).
 */
export type Missing =
  | 'taken'
  | 'outside_hours'
  | 'closed_day'
  | 'off_grid'
  | 'past'
  | 'notice'
  | 'horizon'
  | 'not_offered'

/** Why no visit can start at `startsAt`, or null when one can. By the same rules as `freeTimes`, at this moment. */
export async function whyMissing(
  tx: AnyTx,
  wanted: { listingId: string; serviceId: string; startsAt: Date },
): Promise<Missing | null> {
  const [row] = await tx.sql<{ reason: Missing | null }[]>`
    select kernel.why_missing(${wanted.listingId}::uuid, ${wanted.serviceId}::uuid, ${wanted.startsAt}) as reason`
  return row?.reason ?? null
}
