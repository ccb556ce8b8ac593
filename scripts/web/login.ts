import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { log } from '#lib/log.ts'

/** Why this login is too strong for a server that faces the internet, or undefined when it is not. Throws when Postgres does not answer. */
export async function tooStrong(databaseUrl: string): Promise<string | undefined> {
  const sql = postgres(databaseUrl, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    const [role] = await sql<{ name: string; super: boolean; bypass: boolean; owns: boolean }[]>`
      select rolname as name, rolsuper as super, rolbypassrls as bypass,
        exists (select 1 from pg_class where relnamespace = 'public'::regnamespace and pg_has_role(relowner, 'usage')) as owns
      from pg_roles where rolname = current_user`
    if (!role) return 'the login has no role'
    if (role.super) return `${role.name} is a superuser`
    if (role.bypass) return `${role.name} bypasses row-level security`
    if (role.owns) return `${role.name} owns tables or may act as their owner`
    return undefined
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Looks until Postgres answers once: a server may start before its database, but never keep a login that is too strong. */
export async function watchLogin(databaseUrl: string, refuse: (reason: string) => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const reason = await tooStrong(databaseUrl)
      if (reason) refuse(reason)
      return
    } catch (err) {
      if (attempt === 1)
        log.warn({ part: 'postgres', err }, 'Postgres does not answer yet; serving what works without it')
      await sleep(Math.min(10_000, 500 * attempt))
    }
  }
}
