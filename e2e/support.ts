import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { test as base, expect as expectThat, type Locator, type Page } from '@playwright/test'
import { dayLabel, localDate, timeLabel } from '#lib/time.ts'

type RunFile = {
  web: string
  mail: string
  databaseOwner: string
  accounts: { role: string; name: string; tenant: string | null }[]
}

/** What the demo under test says of itself. */
export const run = JSON.parse(readFileSync(join(process.env.MEDLEY_DATA_DIR ?? '.data', 'run.json'), 'utf8')) as RunFile

type Fixtures = {
  /** Looks at the page as it stands: axe finds nothing, nothing is wider than the screen. */
  look: (page: Page) => Promise<void>
}

/** Playwright's test whose pages fail on any report of the Content Security Policy and on any error in the console. */
export const test = base.extend<Fixtures>({
  context: async ({ context }, use) => {
    const reports: string[] = []
    context.on('console', (message) => {
      if (
        message.type() === 'error' &&
        !/status of 4\d\d|Failed to load resource|Failed to fetch/.test(message.text())
      ) {
        reports.push(`${message.page()?.url()}: ${message.text()}`)
      }
    })
    context.on('weberror', (error) => reports.push(String(error.error())))
    await use(context)
    expectThat(reports, 'CSP reports and console errors').toEqual([])
  },
  look: async ({ javaScriptEnabled }, use) => {
    await use(async (page) => {
      const wider =
        javaScriptEnabled === false
          ? 0
          : await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expectThat(wider, `${page.url()} is wider than the screen by`).toBeLessThanOrEqual(0)
      if (javaScriptEnabled === false) return
      // A page that script led to gets its title a moment after its address.
      await expectThat(page).toHaveTitle(/\S/)
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze()
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
      expectThat(found, `axe on ${page.url()}`).toEqual([])
    })
  },
})

export const expect = expectThat

export type Listed = {
  id: string
  slug: string
  name: string
  organization: string
  location: { timeZone: string }
  acceptsNewPatients: boolean
  services: { id: string; name: string }[]
}
export type Offer = {
  listing: Listed
  service: { id: string; name: string }
  times: { startsAt: string; endsAt: string }[]
}

const dayMs = 86_400_000

/** Asks the running product's API. Throws with what it answered when that is no success. */
export async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`${run.web}/api/v1${path}`)
  if (!answer.ok) throw new Error(`${answer.status} ${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

/**
 * A listing that the search finds, with a service that takes anyone and at least `count` free times between three days
 * from now, so that whichever is booked can still be moved and cancelled online (the longest notice is two days), and
 * twelve, so that all are within the first two weeks that a page shows. `lane` makes tests that run side by side pick
 * different ones.
 */
export async function anOffer(
  search: string,
  {
    count = 3,
    lane = 0,
    wants = () => true,
  }: { count?: number; lane?: number; wants?: (listing: Listed) => boolean } = {},
): Promise<Offer> {
  const { data } = await ask<{ data: Listed[] }>(`/listings?${search}&limit=50`)
  const from = new Date(Date.now() + 3 * dayMs).toISOString()
  const to = new Date(Date.now() + 12 * dayMs).toISOString()
  let skip = lane
  for (const listing of data.filter(wants)) {
    const service = listing.services[0]
    if (!service) continue
    const { data: times } = await ask<{ data: Offer['times'] }>(
      `/listings/${listing.id}/times?service=${service.id}&from=${from}&to=${to}`,
    )
    if (times.length < count) continue
    if (skip-- > 0) continue
    return { listing, service, times }
  }
  throw new Error(`Nothing that ${search} finds has ${count} free times.`)
}

/** The button of the offer's `nth` time on a page that shows it, by the day and the clock in the clinic's zone. */
export function timeButton(page: Page, { listing, times }: Offer, nth = 0): Locator {
  const { timeZone } = listing.location
  const at = new Date(times[nth]?.startsAt ?? '')
  return page.getByRole('button', { name: `${dayLabel(at, timeZone, 'en')}, ${timeLabel(at, timeZone, 'en')}` })
}

/** The profile of an offer at the day of its first time, with that time's button. */
export async function openProfile(page: Page, offer: Offer): Promise<Locator> {
  const day = localDate(new Date(offer.times[0]?.startsAt ?? ''), offer.listing.location.timeZone)
  await page.goto(`/p/${offer.listing.slug}?service=${offer.service.id}&from=${day}`)
  return timeButton(page, offer)
}

export type Person = { givenName: string; familyName: string; birthDate: [string, string, string] }

export const ada: Person = { givenName: 'Ada', familyName: 'Newcomer', birthDate: ['2', '28', '1984'] }

/** Fills in the patient's part of the booking form. */
export async function fillPatient(page: Page, person: Person): Promise<void> {
  const patient = page.getByRole('group', { name: 'The patient' })
  await patient.getByLabel('First name').fill(person.givenName)
  await patient.getByLabel('Last name').fill(person.familyName)
  await fillBirthDate(page, person)
}

/** Fills in a birth date, wherever it is asked for. */
export async function fillBirthDate(page: Page, { birthDate: [month, day, year] }: Person): Promise<void> {
  const group = page.getByRole('group', { name: 'Date of birth' })
  await group.getByLabel('Month').fill(month)
  await group.getByLabel('Day').fill(day)
  await group.getByLabel('Year').fill(year)
}

/** An address that no other test uses. */
export const freshAddress = (name: string): string => `${name}-${Math.random().toString(36).slice(2, 10)}@example.org`

export type Mail = { id: string; subject: string; to: string[]; text: string; attachments?: { content?: string }[] }

/** The newest mail to `address` whose subject matches, as it left; waits for it up to 40 s. */
export async function mailTo(address: string, subject: RegExp): Promise<Mail> {
  const until = Date.now() + 40_000
  while (Date.now() < until) {
    const list = (await (await fetch(`${run.mail}/messages`)).json()) as Mail[]
    const found = list.find((mail) => mail.to.includes(address) && subject.test(mail.subject))
    if (found) return (await (await fetch(`${run.mail}/messages/${found.id}`)).json()) as Mail
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`No mail to ${address} with a subject like ${subject}.`)
}

/** The link to the visit in a mail. */
export function linkIn(mail: Mail): string {
  const link = /https?:\/\/\S+\/m\/[\w.-]+/.exec(mail.text)?.[0]
  if (!link) throw new Error(`No link in: ${mail.text}`)
  return link
}

/** Signs in by one click as someone with this role at this tenant, and waits for the clinic's day. */
export async function signIn(page: Page, role: string, tenant: string): Promise<void> {
  const account = run.accounts.find((candidate) => candidate.role === role && candidate.tenant === tenant)
  if (!account) throw new Error(`No ${role} at ${tenant}.`)
  await page.goto('/login')
  const clinic = page.locator(`section[aria-labelledby="clinic-${tenant}"]`)
  await clinic.getByRole('listitem').filter({ hasText: account.name }).first().getByRole('button').click()
  await page.waitForURL(`**/t/${tenant}`)
}

/** Presses Tab until what has the focus matches, as someone without a mouse does. */
export async function tabTo(page: Page, target: Locator, most = 150): Promise<void> {
  for (let presses = 0; presses < most; presses++) {
    if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab does not lead there.')
}

/** Answers "Has the patient been seen there before?" where it is asked. */
export async function seenBefore(page: Page): Promise<void> {
  const question = page.getByRole('group', { name: /seen at/ })
  if (await question.isVisible()) await question.getByText('Yes', { exact: true }).click()
}
