-- What the functions and the tables stand on: their schemas and the keys of the signed context.
create schema ctx authorization medley_ctx;
create schema kernel authorization medley_kernel;
create schema auth authorization medley_identity;
-- The months of audit_event. No role may name them: rows are written and read through audit_event and its policies.
create schema audit;
grant usage on schema audit to medley_relay;

set local role medley_ctx;
-- The keys that sign contexts. Only the functions of ctx read them.
create table ctx.key (
  kid text primary key,
  secret bytea not null,
  not_after timestamptz
);
-- Its value in a session is the number of the session's last entry (ctx.enter). Unlogged: only that value is read, and setting it
-- writes no WAL.
create unlogged sequence ctx.entry;
grant usage on schema ctx to medley_owner, medley_kernel,
  medley_auth, medley_guest, medley_patient, medley_public, medley_relay, medley_staff, medley_worker;
reset role;

set local role medley_kernel;
grant usage on schema kernel to medley_owner, medley_public, medley_guest, medley_staff, medley_worker, medley_relay;
reset role;

set local role medley_identity;
grant usage on schema auth to medley_owner, medley_auth, medley_ctx;
reset role;

-- kernel.newest_migration tells a server whether the schema is its own.
grant usage on schema migration to medley_kernel;
grant select on migration.ledger to medley_kernel;
