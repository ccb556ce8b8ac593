// Not a verb: capabilities are minted, nothing is written
import { type Capability, mintCapability } from '#db/capability.ts'
import { accessEnds } from './rules.ts'

type Visit = { tenantId: string; id: string; bookedAt: Date; endsAt: Date }

/** The capability of someone who booked or proved the birth date: read, move, cancel. */
export const manageCapability = (visit: Visit, accessVersion = 1): Capability => ({
  kind: 'appointment',
  tenantId: visit.tenantId,
  id: visit.id,
  version: accessVersion,
  expiresAt: accessEnds(visit),
})

const opener = (visit: Visit, linkVersion: number, kind: 'link' | 'mailed'): string =>
  `/m/${mintCapability({ ...manageCapability(visit, linkVersion), kind })}`

/** The path for whoever booked or opened the visit: day and place, until the birth date is given. A newer link kills it. */
export const linkPath = (visit: Visit, linkVersion = 1): string => opener(visit, linkVersion, 'link')

/** The same for mails alone: who opens it has shown that the mailbox is theirs. No answer and no page may hold it. */
export const mailedPath = (visit: Visit, linkVersion: number): string => opener(visit, linkVersion, 'mailed')

/** The capability of a hold. It outlives the hold by a day, so that a late Confirm can still be answered. */
export const holdCapability = (hold: { tenantId: string; id: string; heldAt: Date }): Capability => ({
  kind: 'hold',
  tenantId: hold.tenantId,
  id: hold.id,
  version: 1,
  expiresAt: new Date((Math.floor(hold.heldAt.getTime() / 1000) + 86_400) * 1000),
})

/** What a visitor without anything yet acts under: a fresh hold id in the listing's tenant. */
export const newHoldCapability = (tenantId: string, id: string, at: Date): Capability =>
  holdCapability({ tenantId, id, heldAt: at })
