import { chownSync, copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { makeOwned, type RunAs, runAs } from './postgres-home.ts'

/** What a copy must not hold, or what the server makes anew (PostgreSQL 18 documentation, 25.3.4). */
const leftOut = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init', 'backup_label', 'tablespace_map'])
const emptied = new Set([
  ...['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'],
])

/**
 * Copies the data folder of a running server, as the low-level API of PostgreSQL describes it, with the log that was
 * written meanwhile: a server started on `to` recovers to the moment at which this ended. Throws when the server refuses, or
 * the disk is full.
 */
export async function baseBackup({
  adminUrl,
  from,
  to,
}: {
  adminUrl: string
  from: string
  to: string
}): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, idle_timeout: 0, max_lifetime: null, onnotice: () => {} })
  const who = runAs()
  try {
    // The slot keeps the log from being recycled until this connection ends.
    const slot = `medley_backup_${process.pid}`
    await sql`select pg_create_physical_replication_slot(${slot}, true, true)`
    const [start] = await sql<{ segment: string }[]>`select pg_walfile_name(pg_backup_start('medley', true)) as segment`
    copyFolder(from, to, who)
    makeOwned(join(to, 'pg_wal/archive_status'), who)
    const [end] = await sql<{ segment: string; label: string }[]>`
      select pg_walfile_name(lsn) as segment, labelfile as label from pg_backup_stop(false)`
    if (!start || !end) throw new Error('Postgres did not say where the backup begins and ends.')
    const label = join(to, 'backup_label')
    writeFileSync(label, end.label, { mode: 0o600 })
    own(label, who)
    for (const segment of segmentsOf(join(from, 'pg_wal'), start.segment, end.segment))
      copy(join(from, 'pg_wal', segment), join(to, 'pg_wal', segment), who)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

const own = (path: string, who: RunAs): void => {
  if (who) chownSync(path, who.uid, who.gid)
}

function copy(from: string, to: string, who: RunAs): void {
  copyFileSync(from, to)
  own(to, who)
}

function copyFolder(from: string, to: string, who: RunAs): void {
  makeOwned(to, who)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (leftOut.has(entry.name) || entry.name.startsWith('pgsql_tmp')) continue
    if (entry.isDirectory() && emptied.has(entry.name)) makeOwned(target, who)
    else if (entry.isDirectory()) copyFolder(source, target, who)
    else if (entry.isFile()) copyUnlessGone(source, target, who)
  }
}

/** A table may be dropped while it is copied; the log says so too. */
function copyUnlessGone(from: string, to: string, who: RunAs): void {
  try {
    copy(from, to, who)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** The segments from `first` to `last`, by their names, which rise with the log. */
const segmentsOf = (wal: string, first: string, last: string): string[] =>
  readdirSync(wal).filter((name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last)
