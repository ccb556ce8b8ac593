import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** A time that nobody else in this run wishes for, and under which keys it is asked for, however often. */
type Wish = {
  listingId: string
  serviceId: string
  startsAt: string
  email: string
  holdKey: string
  confirmKey: string
}

/** A booking that the product acknowledged. */
export type Acknowledged = { id: string; listingId: string; startsAt: string; email: string; at: number }

/** How a call ended: its status, or 0 when the connection broke; when it was sent and answered (`performance.now()`). */
export type Call = { status: number; sentAt: number; endedAt: number; cause: string }

type Page = { data: Listing[]; page: { next: string | null } }
type Listing = { id: string; name: string; services: { id: string; durationMinutes: number }[] }

const callLimitMs = 20_000
const dayMs = 86_400_000
const mostPages = 100

/**
 * Visitors who book by the public API without end, each with a wish of their own: a hold, then its confirmation, each
 * repeated under its key until it is answered; every third confirmation is sent once more, and must be answered alike.
 */
export class Bookings {
  readonly acknowledged: Acknowledged[] = []
  readonly calls: Call[] = []
  /** What must never happen: a 500, a wish that is taken though nobody else wished for it, a second answer that differs. */
  readonly wrong: string[] = []
  readonly #web: string
  readonly #wishes: Wish[]
  #isOver = false
  #running: Promise<unknown> = Promise.resolve()

  private constructor(web: string, wishes: Wish[]) {
    this.#web = web
    this.#wishes = wishes
  }

  /** Finds `count` free times that do not touch each other. Throws when there are not as many. */
  static async among(web: string, count: number): Promise<Bookings> {
    const wishes: Wish[] = []
    const practitioners = new Set<string>()
    let cursor = ''
    for (let page = 0; page < mostPages && wishes.length < count; page += 1) {
      // Ada is grown up: a pediatrician would refuse her.
      const found = (await read(web, `listings?near=02139&specialty=family-medicine&limit=20${cursor}`)) as Page
      for (const listing of found.data) {
        // One who sees patients at two places has one calendar for both.
        if (practitioners.has(listing.name) || wishes.length >= count) continue
        practitioners.add(listing.name)
        wishes.push(...(await wishesAt(web, listing)))
      }
      if (!found.page.next) break
      cursor = `&cursor=${encodeURIComponent(found.page.next)}`
    }
    if (wishes.length < count) throw new Error(`${wishes.length} free times, not ${count}`)
    return new Bookings(
      web,
      wishes.sort(() => Math.random() - 0.5),
    )
  }

  /** Begins, `visitors` at a time, each with a pause of `pauseMs` between two bookings. */
  start(visitors = 6, pauseMs = 500): void {
    const one = async (): Promise<void> => {
      while (!this.#isOver) {
        const wish = this.#wishes.pop()
        if (!wish) throw new Error('no wishes are left')
        await this.#fulfil(wish)
        await sleep(pauseMs)
      }
    }
    this.#running = Promise.all(Array.from({ length: visitors }, one))
  }

  /** Lets each visitor end what they began. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  /** When the first call that was sent after `since` succeeded, or undefined. */
  firstSuccessAfter(since: number): number | undefined {
    return this.acknowledged.find(({ at }) => at > since)?.at
  }

  async #fulfil(wish: Wish): Promise<void> {
    const { listingId, serviceId, startsAt, email } = wish
    const held = await this.#untilAnswered('holds', wish.holdKey, { listingId, serviceId, startsAt })
    if (!held) return
    const patient = { givenName: 'Ada', familyName: 'Fault', email, birthDate: '1984-02-29' }
    const confirmation = { holdId: held.id, holdToken: held.token, patient }
    const booked = await this.#untilAnswered('appointments', wish.confirmKey, confirmation)
    if (!booked) return
    this.acknowledged.push({ id: booked.id, listingId, startsAt, email, at: performance.now() })
    if (this.acknowledged.length % 3 > 0) return
    const again = await this.#untilAnswered('appointments', wish.confirmKey, confirmation)
    if (JSON.stringify(again) !== JSON.stringify(booked))
      this.wrong.push(`${email}: answered differently the second time`)
  }

  /** Repeats a call under its key until it is answered: 201, or a refusal, which is noted as wrong. */
  async #untilAnswered(path: string, key: string, body: object): Promise<{ id: string; token: string } | undefined> {
    while (true) {
      const { status, text } = await this.#call(path, key, body)
      if (status === 201) return JSON.parse(text)
      if (status !== 0 && status !== 503 && status !== 429) {
        this.wrong.push(`${path}: ${status} ${text.slice(0, 300)}`)
        return undefined
      }
      await sleep(status === 429 ? 2_000 : 250)
    }
  }

  async #call(path: string, key: string, body: object): Promise<{ status: number; text: string }> {
    const sentAt = performance.now()
    const note = (status: number, cause = ''): void => {
      this.calls.push({ status, sentAt, endedAt: performance.now(), cause })
    }
    try {
      const answer = await fetch(`${this.#web}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(callLimitMs),
      })
      const text = await answer.text()
      note(answer.status)
      return { status: answer.status, text }
    } catch (error) {
      note(0, String((error as Error).cause ?? error))
      return { status: 0, text: '' }
    }
  }
}

async function read(web: string, path: string): Promise<unknown> {
  const answer = await fetch(`${web}/api/v1/${path}`, { signal: AbortSignal.timeout(callLimitMs) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** Times of one service of the listing, so far apart that none is in the way of another, at most eight on a day. */
async function wishesAt(web: string, { id, services }: Listing): Promise<Wish[]> {
  const [service] = services
  if (!service) return []
  const from = new Date(Date.now() + 5 * dayMs).toISOString()
  const to = new Date(Date.now() + 18 * dayMs).toISOString()
  const { data } = (await read(web, `listings/${id}/times?service=${service.id}&from=${from}&to=${to}`)) as {
    data: { startsAt: string }[]
  }
  const apartMs = (service.durationMinutes + 60) * 60_000
  const chosen: string[] = []
  const ofDay = new Map<string, number>()
  for (const { startsAt } of data) {
    const day = startsAt.slice(0, 10)
    const count = ofDay.get(day) ?? 0
    if (count >= 8 || Date.parse(startsAt) - Date.parse(chosen.at(-1) ?? '2000-01-01') < apartMs) continue
    ofDay.set(day, count + 1)
    chosen.push(startsAt)
  }
  return chosen.map((startsAt) => ({
    ...{ listingId: id, serviceId: service.id, startsAt, email: `fault-${randomUUID()}@example.org` },
    ...{ holdKey: randomUUID(), confirmKey: randomUUID() },
  }))
}
