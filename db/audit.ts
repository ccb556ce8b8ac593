import type { TenantTx } from './doors.ts'

/**
 * Records who did `action` to which row, in the same transaction (`tx.pipeline`). Tenant, scope, person and request come from
 * the signed context, by a trigger. `details` holds ids and codes only.
 */
export function audit(
  tx: TenantTx,
  action: string,
  entity: string,
  entityId: string,
  details: Record<string, string | number> = {},
): void {
  tx.pipeline(tx.sql`
    insert into audit_event (action, entity, entity_id, details)
    values (${action}, ${entity}, ${entityId}, ${tx.sql.json(details)})`)
}
