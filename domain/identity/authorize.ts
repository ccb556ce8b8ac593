// Not a verb: it is what each verb does first
import type { Actor } from '#db/actor.ts'
import type { Capability } from '#db/capability.ts'
import { deskRoles as desk, plannerRoles as planners, type StaffRole, staffRoles } from '#db/schema/policy.ts'
import { AppError } from '#lib/errors.ts'

type Rule = { staff: readonly StaffRole[]; guest: readonly Capability['kind'][]; system: boolean; visitor?: true }

/** Who may do what. The database holds the same line row by row; this says no first, and in words. */
const rules = {
  'hold:take': { staff: [], guest: ['hold'], system: false },
  'hold:keep': { staff: [], guest: ['hold'], system: false },
  'appointment:book': { staff: [], guest: ['hold'], system: false },
  'appointment:glance': { staff: desk, guest: ['appointment', 'link', 'mailed'], system: true },
  'appointment:identify': { staff: [], guest: ['link', 'mailed'], system: false },
  'appointment:read': { staff: desk, guest: ['appointment'], system: true },
  'appointment:move': { staff: desk, guest: ['appointment'], system: false },
  'appointment:cancel': { staff: desk, guest: ['appointment'], system: false },
  'appointment:correct_address': { staff: desk, guest: ['appointment'], system: false },
  'appointment:progress': { staff: desk, guest: [], system: false },
  'day:read': { staff: staffRoles, guest: [], system: false },
  'time:block': { staff: planners, guest: [], system: false },
  'session:open': { staff: [], guest: [], system: false, visitor: true },
  'session:close': { staff: staffRoles, guest: [], system: false, visitor: true },
  'message:record': { staff: [], guest: [], system: true },
  'message:read': { staff: desk, guest: [], system: true },
} satisfies Record<string, Rule>

export type Permission = keyof typeof rules

/**
 * Lets the actor go on, or throws: `forbidden` for staff whose role does not reach, `not_found` for a guest whose
 * capability is of another kind or names another row (`row`), so that nothing is learned by trying.
 */
export function authorize(actor: Actor, permission: Permission, row?: string): void {
  const rule: Rule = rules[permission]
  switch (actor.kind) {
    case 'staff':
      if (!rule.staff.includes(actor.role)) throw new AppError('forbidden', 'role_not_enough')
      return
    case 'guest':
      if (!rule.guest.includes(actor.capability.kind) || (row !== undefined && row !== actor.capability.id)) {
        throw new AppError('not_found', 'link_unknown')
      }
      return
    case 'system':
      if (!rule.system) throw new AppError('forbidden', 'system_not_allowed')
      return
    case 'visitor':
      if (!rule.visitor) throw new AppError('unauthenticated', 'sign_in_first')
  }
}

/** Whether this staff role may, for showing or hiding a button. The verb still decides. */
export const mayStaff = (role: StaffRole, permission: Permission): boolean =>
  (rules[permission].staff as readonly StaffRole[]).includes(role)
