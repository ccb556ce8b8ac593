import { type StaffRole, staffRoles } from '#db/schema/policy.ts'
import { isShowcase } from './demo.ts'
import type { Practice } from './invent.ts'
import { inventSpeaker } from './names.ts'
import { randomFrom } from './random.ts'
import { addRow, type Batch } from './rows.ts'

/** A sign-in of the demo. `tenant` is the slug in the address of the staff pages. */
export type DemoAccount = { role: StaffRole; name: string; tenant: string; organization: string; personId: string }

/** The practitioner who signs in: the one who also works for another showcase, else the first. */
function signingIn(
  practice: Practice,
  earlier: readonly Practice[],
): { displayName: string; resourceId: string } | undefined {
  const known = new Set(earlier.flatMap((other) => other.practitioners.map((person) => person.resourceId)))
  return practice.practitioners.find((person) => known.has(person.resourceId)) ?? practice.visitor
}

/**
 * Adds a person in each staff role to the showcase tenants. A practitioner of two of them is one person with two
 * memberships. `practices` are all that the demo has; others are passed over.
 */
export function addAccounts(batch: Batch, practices: readonly Practice[], id: () => string): DemoAccount[] {
  const people = new Map<string, string>()
  const accounts: DemoAccount[] = []
  const shown = practices.filter((practice) => isShowcase(practice.key))
  for (const [index, practice] of shown.entries()) {
    const state = practice.locations[0]?.state ?? ''
    const person = signingIn(practice, shown.slice(0, index))
    for (const role of staffRoles) {
      const isPractitioner = role === 'practitioner' && person !== undefined
      const name = isPractitioner
        ? person.displayName
        : inventSpeaker(randomFrom(`account ${practice.key} ${role}`), state).displayName
      const key = isPractitioner ? person.resourceId : `${practice.key} ${role}`
      const personId = people.get(key) ?? id()
      if (!people.has(key)) addRow(batch, 'person', personId, name, `${role}@${practice.tenantSlug}.example`, true)
      people.set(key, personId)
      addRow(batch, 'membership', practice.tenantId, id(), personId, role)
      accounts.push({ role, name, tenant: practice.tenantSlug, organization: practice.organization.name, personId })
    }
  }
  return accounts
}
