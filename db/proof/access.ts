/**
 * Every role that a statement can run as. `owner` is the tables' owner, held by FORCE like the rest; `superuser` only
 * tries what keys hold even where no policy looks.
 */
export const doors = [
  'staff',
  'patient',
  'guest',
  'public',
  'auth',
  'worker',
  'relay',
  'kernel',
  'identity',
  'owner',
  'superuser',
] as const
export type Door = (typeof doors)[number]
/** Those of them whose role only functions run as; they alone hold UPDATE on whole tables. */
export const makers: readonly Door[] = ['kernel', 'identity']

/**
 * Which rows a door reaches with a command. `all`: everyone's, without a context. `tenant`: the context's tenant's.
 * `hold`, `visit`: the one row that a capability of that kind names, at its present version; a visit is for whoever booked it
 * or proved the birth date.
 * `named`: rows of that one, whatever the version, since a verb may raise it half-way. `stamped`: any row goes in, and
 * a trigger writes over it who it is from.
 */
export type Reach = 'all' | 'tenant' | 'hold' | 'visit' | 'named' | 'stamped'

/** What a door may do with a table; a command that is not there is refused. */
export type Access = {
  select?: Reach
  insert?: Reach
  update?: Reach
  delete?: Reach
  /** The staff roles that may write, and those that may read; all of them where nothing is said. */
  roles?: readonly string[]
  readers?: readonly string[]
  /** The columns that may not be read. */
  hides?: readonly string[]
  /** The kinds of capability under which a guest may add; all of them where nothing is said. */
  kinds?: readonly string[]
  /** The columns that an INSERT may name, where it may not name all; one that an UPDATE may set, where it may not set all. */
  adds?: readonly string[]
  sets?: { column: string; to: string }
  /** For `named`: the columns that must hold the capability's id. */
  by?: string[]
  /** Values that an UPDATE may not set although the row is reached, each an SQL expression. */
  refusesToSet?: Record<string, string>[]
}

export type TableAccess = Partial<Record<Door, Access>>

const editors = ['owner', 'admin']
const desk = [...editors, 'scheduler', 'practitioner']

const reads: Access = { select: 'tenant' }
const all: Access = { select: 'all' }
const keeps: Access = { select: 'all', insert: 'all', update: 'all', delete: 'all' }
const works: Access = { ...reads, insert: 'tenant', update: 'tenant' }

/** What a clinic says of itself: its guests and its workflows read it, and no verb writes it. */
const directory: TableAccess = { staff: reads, guest: reads, worker: reads, kernel: all }
/** What decides when a listing is open: no verb writes it. */
const hours: TableAccess = { staff: reads, kernel: all }
/** Only kernel functions touch it. */
const kernelOnly: TableAccess = { kernel: keeps }

/** What the writer of an audit row says; the rest is stamped. */
const said = ['action', 'entity', 'entity_id', 'details']

/** What the writer of a visit's history says; the rest is stamped. */
const saidOfChange = ['tenant_id', 'appointment_id', 'from_status', 'to_status', 'starts_at', 'ends_at']

const otherId = 'gen_random_uuid()'

/** The wall, table by table, said once more in other words than the policies: the two must agree. */
export const access: Record<string, TableAccess> = {
  organization: directory,
  location: directory,
  practitioner: directory,
  practitioner_role: directory,
  service: directory,
  listing_service: directory,
  listing_resource: { staff: reads, kernel: all },
  closure: hours,
  availability_rule: hours,
  availability_override: hours,
  time_block: { staff: reads, kernel: keeps },

  patient: {
    staff: { ...reads, readers: desk },
    guest: {
      select: 'visit',
      update: 'visit',
      sets: { column: 'email', to: 'null' },
      refusesToSet: [{ person_id: otherId }],
    },
    worker: reads,
    kernel: { select: 'all', insert: 'all' },
  },
  hold: { guest: { select: 'hold' }, kernel: keeps },
  appointment: {
    staff: {
      ...reads,
      update: 'tenant',
      roles: desk,
      hides: ['cancelation_reason'],
      sets: { column: 'status', to: "'booked'" },
      refusesToSet: [{ offer: "'{}'" }, { created_at: 'now()' }, { access_version: '1' }, { patient_id: otherId }],
    },
    guest: {
      select: 'visit',
      update: 'visit',
      sets: { column: 'status', to: "'booked'" },
      refusesToSet: [
        { patient_id: otherId },
        { listing_id: otherId },
        { offer: "'{}'" },
        { birth_date_tries: '0' },
        { birth_date_failures: '0' },
        { access_version: '1' },
      ],
    },
    worker: reads,
    kernel: { select: 'all', insert: 'all', update: 'all', sets: { column: 'birth_date_tries', to: '1' } },
  },
  related_person: {
    staff: { ...reads, readers: desk },
    guest: {
      select: 'visit',
      update: 'visit',
      sets: { column: 'email', to: 'null' },
      refusesToSet: [{ appointment_id: otherId }],
    },
    worker: reads,
    kernel: { insert: 'all' },
  },
  acknowledgement: { staff: reads, kernel: { insert: 'all' } },
  appointment_history: {
    staff: { select: 'tenant', insert: 'tenant', roles: desk, adds: saidOfChange },
    guest: { insert: 'named', kinds: ['appointment'], by: ['appointment_id'], adds: saidOfChange },
    worker: reads,
    kernel: { insert: 'all' },
  },
  message: { staff: { ...reads, readers: desk }, guest: { select: 'visit' }, worker: works },

  tenant: { identity: all, kernel: all },
  person: { identity: all },
  session: { identity: { select: 'all', insert: 'all', update: 'all', sets: { column: 'revoked_at', to: 'now()' } } },
  membership: { staff: reads, worker: reads, identity: all },

  listing: { public: all, staff: reads, guest: reads, kernel: keeps },
  listing_hint: { public: all, kernel: keeps },
  term: { public: all, kernel: keeps },
  specialty: { public: all, kernel: all },
  place: { public: all },
  resource: { kernel: all },
  resource_membership: { staff: reads, kernel: all },
  occupancy: kernelOnly,

  idempotency: kernelOnly,
  tally: kernelOnly,
  outbox: {
    staff: { insert: 'tenant' },
    guest: { insert: 'named', by: ['aggregate_id'] },
    worker: { insert: 'tenant' },
    relay: {
      select: 'all',
      update: 'all',
      sets: { column: 'attempts', to: '0' },
      refusesToSet: [{ topic: "'x'" }, { tenant_id: otherId }],
    },
    kernel: { select: 'all', insert: 'all', delete: 'all' },
  },
  audit_event: {
    staff: { select: 'tenant', insert: 'stamped', adds: said, readers: [...editors, 'auditor'] },
    guest: { insert: 'named', by: ['entity_id'], adds: said },
    worker: { select: 'tenant', insert: 'stamped', adds: said },
    kernel: { insert: 'stamped' },
    identity: { insert: 'all', adds: [...said, 'person_id'] },
  },
  heartbeat: { relay: { select: 'all', insert: 'all', update: 'all' }, public: all },
}
