import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { ownDatabase } from '#scripts/test/database.ts'
import { type Finding, lintCatalog, type RuleName, ruleNames } from './catalog-lint.ts'
import { exceptions } from './lint-exceptions.ts'
import { rehearse } from './rehearse.ts'
import { inTurnForRoles } from './turn.ts'

let admin: postgres.Sql

beforeAll(async () => {
  admin = postgres((await ownDatabase('lint')).admin, { max: 1, onnotice: () => {} })
})
afterAll(() => admin.end())

/** A fault of each rule: the statements that plant it, and how the finding names it. */
const faults: Record<RuleName, [plant: string, object: string][]> = {
  rls_off: [['alter table patient disable row level security', 'patient']],
  rls_not_forced: [['alter table patient no force row level security', 'patient']],
  no_policy: [['create table bare (tenant_id uuid not null, id uuid, primary key (tenant_id, id))', 'bare']],
  table_owner: [['alter table patient owner to postgres', 'patient']],
  primary_key: [
    ['alter table time_block drop constraint time_block_tenant_id_id_pk, add primary key (id)', 'time_block'],
  ],
  tenant_id_nullable: [['alter table outbox alter tenant_id drop not null', 'outbox']],
  foreign_key_without_tenant: [
    [
      'alter table location add unique (id); alter table closure add constraint stray foreign key (location_id) references location (id)',
      'closure: stray',
    ],
    [
      'alter table location add unique (id, tenant_id); alter table closure add other uuid, add constraint crossed foreign key (tenant_id, other) references location (id, tenant_id)',
      'closure: crossed',
    ],
  ],
  unique_without_tenant: [
    ['alter table message add constraint one_key unique (key)', 'message: one_key'],
    ['create unique index one_mail on patient (lower(email))', 'patient: one_mail'],
    ['alter table time_block add constraint apart exclude using gist (listing_id with =)', 'time_block: apart'],
  ],
  constraint_not_validated: [
    ['alter table patient add constraint later check (length(email) > 3) not valid', 'patient: later'],
    ['alter table patient add constraint never check (length(email) > 3) not enforced', 'patient: never'],
  ],
  grant_beyond_policy: [
    ['grant truncate on patient to medley_staff', 'patient: TRUNCATE to medley_staff'],
    ['grant references on patient to medley_staff', 'patient: REFERENCES to medley_staff'],
    ['grant trigger on patient to medley_staff', 'patient: TRIGGER to medley_staff'],
    ['grant delete on patient to medley_guest', 'patient: DELETE to medley_guest'],
    ['grant select on specialty to public', 'specialty: SELECT to public'],
    ['grant select (email) on patient to medley_public', 'patient.email: SELECT to medley_public'],
    ['grant update (expires_at) on session to medley_auth', 'session.expires_at: UPDATE to medley_auth'],
    ['grant select on patient to medley_staff with grant option', 'patient: SELECT to medley_staff'],
    ['grant select on ctx.key to medley_public', 'ctx.key: SELECT to medley_public'],
  ],
  table_lockable: [
    ['grant delete on outbox to medley_relay', 'outbox'],
    ['grant update on patient to medley_staff', 'patient'],
    ['grant maintain on patient to medley_staff', 'patient'],
    ['grant update (id) on patient to medley_guest', 'patient.id'],
    ['grant update (tenant_id) on outbox to medley_relay', 'outbox.tenant_id'],
  ],
  policy_without_grant: [['revoke insert on message from medley_worker', 'message: system_insert']],
  sequence_grant: [['grant usage on sequence outbox_id_seq to medley_guest', 'outbox_id_seq']],
  view_without_invoker: [['create view people as select * from patient', 'people']],
  materialized_view_readable: [
    ['create materialized view people as select * from patient; grant select on people to medley_public', 'people'],
  ],
  policies_overlap: [
    ['create policy again on patient for select to medley_staff using (false)', 'patient'],
    ['create policy wide on patient for all to medley_worker using (false)', 'patient'],
  ],
  policy_for_public: [['create policy open on patient for delete using (false)', 'patient: open to public']],
  policy_for_stranger: [
    ['create policy odd on patient for select to medley_owner using (false)', 'patient: odd to medley_owner'],
    ['create policy odd on patient for select to medley_web using (false)', 'patient: odd to medley_web'],
  ],
  policy_for_all: [
    [
      'create policy wide on place for all to medley_relay using (false) with check (false)',
      'place: wide to medley_relay',
    ],
  ],
  policy_incomplete: [
    ['create policy loose on place for update to medley_auth using (false)', 'place: loose to medley_auth'],
  ],
  policy_always_true_read: [
    ['alter policy staff_select on patient using (true)', 'patient: staff_select to medley_staff'],
  ],
  policy_always_true_write: [
    [
      'alter policy staff_insert on appointment_history with check (true)',
      'appointment_history: staff_insert to medley_staff',
    ],
    ['alter policy staff_update on appointment using (true)', 'appointment: staff_update to medley_staff'],
  ],
  policy_without_tenant: [
    [
      'alter policy guest_select on appointment using (id = (select ctx.grant_id()))',
      'appointment: guest_select to medley_guest',
    ],
    [
      "alter policy staff_update on appointment with check ((select ctx.role()) in ('owner'))",
      'appointment: staff_update to medley_staff',
    ],
  ],
  policy_calls_bare: [
    [
      "alter policy staff_select on patient using (tenant_id = ctx.tenant('staff'))",
      'patient: staff_select to medley_staff',
    ],
    [
      "alter policy staff_insert on appointment_history with check (tenant_id = (select ctx.tenant('staff')) and ctx.role() = 'owner')",
      'appointment_history: staff_insert to medley_staff',
    ],
  ],
  definer_search_path: [
    ['alter function kernel.release reset search_path', 'kernel.release'],
    ['alter function kernel.release set search_path = pg_catalog, public', 'kernel.release'],
    [`alter function kernel.release set search_path = "$user", public, pg_temp`, 'kernel.release'],
  ],
  definer_owner: [
    ['alter function kernel.release owner to postgres', 'kernel.release'],
    ['alter function kernel.release owner to medley_owner', 'kernel.release'],
  ],
  function_for_public: [
    ['grant execute on function kernel.release to public', 'kernel.release'],
    ['create function kernel.fresh() returns int language sql as $$ select 1 $$', 'kernel.fresh'],
  ],
  leakproof: [['alter function ctx.tenant(text) leakproof', 'ctx.tenant']],
  login_may_call: [['grant execute on function kernel.release to medley_web', 'kernel.release']],
  role_attributes: [
    ['alter role medley_web bypassrls', 'medley_web'],
    ['alter role medley_owner superuser', 'medley_owner'],
    ['alter role medley_jobs createrole', 'medley_jobs'],
    ['alter role medley_staff login', 'medley_staff'],
    ['alter role medley_web inherit', 'medley_web'],
    ['create role medley_helper', 'medley_helper'],
    ['alter role medley_patient rename to patient', 'medley_patient'],
  ],
  memberships: [
    ['grant medley_kernel to medley_web', 'medley_web in medley_kernel'],
    ['grant pg_read_all_data to medley_jobs', 'medley_jobs in pg_read_all_data'],
    ['grant medley_staff to medley_guest', 'medley_guest in medley_staff'],
    ['grant medley_staff to medley_web with inherit true', 'medley_web in medley_staff'],
    ['grant medley_staff to medley_web with admin option', 'medley_web in medley_staff'],
    ['revoke medley_guest from medley_web', 'medley_web in medley_guest'],
    ['grant medley_auth to medley_web with inherit false', 'medley_web in medley_auth'],
    ['grant medley_identity to medley_signin with inherit false', 'medley_signin in medley_identity'],
  ],
  login_holds: [
    ['grant select on specialty to medley_web', 'medley_web'],
    ['alter table specialty owner to medley_jobs', 'medley_jobs'],
    ['create schema medley_guest authorization medley_guest', 'medley_guest'],
  ],
  context_key_readable: [
    ['grant select (secret) on ctx.key to medley_kernel', 'medley_kernel'],
    ['grant select on ctx.key to public', 'medley_web'],
    ['alter role medley_owner inherit; grant medley_ctx to medley_owner with inherit true', 'medley_owner'],
  ],
  database_open: [
    ['grant temporary on database "%db%" to medley_web', 'medley_web'],
    ['grant connect on database "%db%" to public', 'public'],
  ],
  schema_open: [
    ['grant usage on schema kernel to public', 'kernel'],
    ['grant create on schema public to medley_guest', 'public'],
  ],
  system_function_open: [
    ['grant execute on function pg_advisory_lock(bigint) to public', 'pg_advisory_lock(bigint)'],
    ['grant execute on function lo_create(oid) to medley_guest', 'lo_create(oid)'],
    ['grant execute on function query_to_xml to medley_web', 'query_to_xml(text,boolean,boolean,text)'],
    ['grant execute on function ts_stat(text) to medley_public', 'ts_stat(text)'],
    ['grant usage on language plpgsql to medley_web', 'plpgsql'],
  ],
  connection_limit: [['alter role medley_web connection limit -1', 'medley_web']],
  default_privileges: [
    ['alter default privileges for role medley_owner grant select on tables to medley_public', 'medley_owner'],
  ],
}

/** What the lint finds after `plant`, which is taken back. */
const findingsAfter = (...plant: string[]): Promise<Finding[]> =>
  inTurnForRoles(inject('cluster').adminUrl, () =>
    rehearse(admin, async (tx) => {
      const [here] = await tx<{ name: string }[]>`select current_database() as name`
      for (const statement of plant) await tx.unsafe(statement.replace('%db%', here?.name ?? ''))
      return lintCatalog(tx)
    }),
  )

test('the migrated database breaks no rule', async () => {
  expect(await findingsAfter()).toEqual([])
})

test.each(ruleNames)('%s sees its planted faults', async (rule) => {
  expect(faults[rule].length).toBeGreaterThan(0)
  for (const [plant, object] of faults[rule]) {
    const findings = await findingsAfter(plant)
    expect(
      findings.filter((finding) => finding.rule === rule).map((finding) => finding.object),
      plant,
    ).toContain(object)
  }
})

test('an exception that nothing needs is a finding', async () => {
  const findings = await findingsAfter(
    'alter table migration.ledger enable row level security',
    'alter table migration.ledger force row level security',
    'create policy none on migration.ledger for select to medley_kernel using (false)',
  )
  expect(findings).toContainEqual({ rule: 'exception_unused', object: 'migration.ledger', detail: expect.any(String) })
})

test('each exception says why', () => {
  for (const { rules, objects, reason } of exceptions) {
    expect(rules.length * objects.length).toBeGreaterThan(0)
    expect(reason).toMatch(/^\S.{20,}\.$/)
  }
})
