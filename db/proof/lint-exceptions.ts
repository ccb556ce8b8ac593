import type { RuleName } from './catalog-lint.ts'

/** What the lint lets pass: `objects` by their exact name, `*` for anything. One that nothing needs is a finding. */
export type Exception = { rules: readonly RuleName[]; objects: readonly string[]; reason: string }

/** The one list of exceptions. A new entry is a decision: it says why the wall does not need this stone. */
export const exceptions: readonly Exception[] = [
  {
    rules: ['rls_off', 'rls_not_forced', 'no_policy'],
    objects: ['ctx.key'],
    reason: 'Read by ctx.claims alone, as its owner; no other role holds a grant on it.',
  },
  {
    rules: ['rls_off', 'rls_not_forced', 'no_policy'],
    objects: ['migration.ledger', 'migration.function', 'migration.policy'],
    reason:
      'Names and hashes of migrations, functions and policies, read and written by the runner as medley_owner; no other role reaches it.',
  },
  {
    rules: ['definer_owner'],
    objects: ['watch.altered_logins', 'watch.end_overdue'],
    reason: 'Only a superuser reads passwords and ends transactions of other logins; both functions take nothing.',
  },
  {
    rules: ['grant_beyond_policy'],
    objects: ['migration.ledger: SELECT to medley_kernel', 'migration.policy: SELECT to medley_kernel'],
    reason:
      'kernel.newest_migration tells a server whether the schema is its own, kernel.altered_policies whether a policy is gone.',
  },
  {
    rules: ['primary_key'],
    objects: ['listing_resource', 'listing_service', 'resource_membership'],
    reason: 'A pair has no id of its own: its key is the pair, tenant first.',
  },
  {
    rules: ['primary_key', 'unique_without_tenant'],
    objects: ['listing', 'listing: listing_pkey', 'listing: listing_slug_unique'],
    reason: 'Found across tenants by its id and its public address; holds publishable columns only.',
  },
  {
    rules: ['foreign_key_without_tenant'],
    objects: ['listing_hint: listing_hint_listing_id_listing_id_fk'],
    reason:
      'A hint belongs to a published listing, which is found by its id alone; only kernel functions write either.',
  },
  {
    rules: ['unique_without_tenant'],
    objects: ['practitioner_role: practitioner_role_slug_unique'],
    reason:
      'The slug is the public address of the listing, one for the whole market; it is published, so a clash tells nothing.',
  },
  {
    rules: ['primary_key', 'unique_without_tenant'],
    objects: ['occupancy', 'occupancy: occupancy_pkey', 'occupancy: occupancy_one_winner'],
    reason: 'A resource is one across tenants, and so is who has its time; only kernel functions touch the table.',
  },
  {
    rules: ['primary_key', 'unique_without_tenant'],
    objects: ['outbox', 'outbox: outbox_pkey'],
    reason: 'Read by the relay for every tenant, in one order; doors only add to it.',
  },
  {
    rules: ['primary_key', 'unique_without_tenant', 'tenant_id_nullable'],
    objects: ['audit_event', 'audit_event: audit_event_id_at_pk'],
    reason: 'What happens at the sign-in has no tenant yet; rows are only added, under ids that the database makes.',
  },
  {
    rules: ['definer_owner'],
    objects: ['audit.add_months'],
    reason:
      'Only the owner of a table may attach a partition to it; the function takes no argument and touches no row.',
  },
  {
    rules: ['no_policy', 'primary_key', 'tenant_id_nullable', 'unique_without_tenant'],
    objects: ['audit.event_*', 'audit.event_*: audit.event_*'],
    reason:
      'A month of audit_event: no role holds a grant on it, rows are reached through audit_event and its policies.',
  },
  {
    rules: ['policy_always_true_read', 'policy_always_true_write'],
    objects: ['*: * to medley_kernel'],
    reason: 'Nobody can become medley_kernel but its own functions, which take the tenant from the context.',
  },
  {
    rules: ['policy_always_true_read', 'policy_always_true_write'],
    objects: ['*: * to medley_identity'],
    reason:
      'Nobody can become medley_identity but the functions of the sign-in, which ask for a secret or a demo person.',
  },
  {
    rules: ['policy_always_true_read'],
    objects: ['listing', 'listing_hint', 'term', 'place', 'specialty', 'heartbeat'].map(
      (table) => `${table}: public_select to medley_public`,
    ),
    reason: 'Public facts: published listings, their words, places, specialties, and whether the worker lives.',
  },
  {
    rules: ['policy_always_true_read', 'policy_always_true_write'],
    objects: ['outbox: relay_* to medley_relay', 'heartbeat: relay_* to medley_relay'],
    reason: 'The relay works for every tenant at once, on ids alone.',
  },
]
