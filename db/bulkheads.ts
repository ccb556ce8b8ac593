import type { TenantActor } from './actor.ts'
import { Lanes } from './turns.ts'

/** Claims of one listing in flight. Those of one practitioner go one after the other anyway: more would only wait inside. */
const claimsPerListing = 3
/** Changes of one tenant in flight: half of the pool, so that one tenant's locks never take all of it. */
const changesPerTenant = 5
/** Hundreds may want one time. Waiting here costs no connection, and each of them is to be told who has it. */
const longestWaitMs = 20_000

const listings = new Lanes(claimsPerListing, longestWaitMs)
const tenants = new Lanes(changesPerTenant, longestWaitMs)

/**
 * Waits until a change for the actor's tenant, and a claim of `listing` when it is one, may take a connection; gives the function
 * that lets the next one in. Throws `unavailable` after twenty seconds in either queue.
 */
export async function enterBulkheads({ tenantId }: TenantActor, listing: string | undefined): Promise<() => void> {
  const leaveListing = listing === undefined ? undefined : await listings.take(listing)
  try {
    const leaveTenant = await tenants.take(tenantId)
    return () => {
      leaveTenant()
      leaveListing?.()
    }
  } catch (error) {
    leaveListing?.()
    throw error
  }
}
