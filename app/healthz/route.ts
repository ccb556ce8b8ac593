export const dynamic = 'force-dynamic'

/** Whether this process answers at all. Nothing else is asked. */
export const GET = (): Response => Response.json({ ok: true }, { headers: { 'cache-control': 'no-store' } })
