import { randomUUID } from 'node:crypto'
import { say } from './steps.ts'

type Call = { body?: unknown; key?: string; token?: string }
type Listing = {
  id: string
  name: string
  organization: string
  location: { timeZone: string }
  services: { id: string; name: string }[]
}
type Time = { startsAt: string; endsAt: string }

const dayMs = 86_400_000

/** One call of the public API. Throws with status and body when the answer is not the expected one. */
async function call<T>(web: string, expected: number, method: string, path: string, sent: Call = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (sent.body !== undefined) headers['content-type'] = 'application/json'
  if (sent.key) headers['idempotency-key'] = sent.key
  if (sent.token) headers.authorization = `Bearer ${sent.token}`
  const body = sent.body === undefined ? null : JSON.stringify(sent.body)
  const res = await fetch(`${web}/api/v1${path}`, { method, headers, body, signal: AbortSignal.timeout(15_000) })
  const text = await res.text()
  if (res.status !== expected)
    throw new Error(`${method} ${path}: ${res.status}, not ${expected}: ${text.slice(0, 400)}`)
  return JSON.parse(text) as T
}

const shown = (time: Time, timeZone: string): string =>
  new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' }).format(
    new Date(time.startsAt),
  )

/** A listing with a free time at least four days ahead, so that it can still be cancelled. */
async function findTime(web: string): Promise<{ listing: Listing; serviceId: string; times: Time[] }> {
  const found = await call<{ data: Listing[] }>(
    web,
    200,
    'GET',
    '/listings?near=02139&radiusKm=80&sort=soonest&limit=20',
  )
  for (const listing of found.data) {
    const service = listing.services[0]
    if (!service) continue
    const range = new URLSearchParams({
      service: service.id,
      from: new Date(Date.now() + 4 * dayMs).toISOString(),
      to: new Date(Date.now() + 18 * dayMs).toISOString(),
    })
    const { data } = await call<{ data: Time[] }>(web, 200, 'GET', `/listings/${listing.id}/times?${range}`)
    if (data.length > 0) return { listing, serviceId: service.id, times: data }
  }
  throw new Error('no clinic near 02139 offers a time within the next weeks')
}

/**
 * Does what the product is for, once, through the public API of the running server: search, hold, book, read, cancel.
 * Prints a tick for each. Throws at the first that fails. Its own booking is undone.
 */
export async function mainJob(web: string): Promise<void> {
  const { listing, serviceId, times } = await findTime(web)
  const [time] = times
  if (!time) throw new Error('no free time')
  say(`  ✓ search: ${listing.name}, ${listing.organization}`)
  const wish = { listingId: listing.id, serviceId, startsAt: time.startsAt }
  const held = await call<{ id: string; token: string }>(web, 201, 'POST', '/holds', { key: randomUUID(), body: wish })
  say(`  ✓ hold: ${shown(time, listing.location.timeZone)} (${listing.location.timeZone})`)
  const patient = { givenName: 'Start', familyName: 'Check', email: 'start-check@example.org', birthDate: '1984-02-29' }
  const booking = { holdId: held.id, holdToken: held.token, patient }
  const booked = await call<{ id: string; manageToken: string }>(web, 201, 'POST', '/appointments', {
    key: randomUUID(),
    body: booking,
  })
  say('  ✓ book')
  const token = booked.manageToken
  const read = await call<{ status: string }>(web, 200, 'GET', `/appointments/${booked.id}`, { token })
  if (read.status !== 'booked') throw new Error(`the appointment reads ${read.status}, not booked`)
  say('  ✓ read')
  const cancel = { key: randomUUID(), token, body: { reason: 'Start check' } }
  const gone = await call<{ status: string }>(web, 200, 'POST', `/appointments/${booked.id}/cancel`, cancel)
  if (gone.status !== 'cancelled') throw new Error(`the appointment reads ${gone.status}, not cancelled`)
  say('  ✓ cancel')
}
