import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { filesBelow } from './house/source.ts'
import { findChromium } from './stack/chromium.ts'
import { dataDir, type RunFile, readRunFile } from './stack/run-file.ts'
import { say, step } from './stack/steps.ts'

/**
 * `npm run pictures`: every page of the running demo on a phone and a wide screen, light and dark, whole, into
 * `.data/pictures` as `<page>-<phone|wide>-<light|dark>.png`. It books a visit to have one to show, and cancels it.
 */
const sizes = { phone: { width: 390, height: 844 }, wide: { width: 1440, height: 900 } }
const themes = ['light', 'dark'] as const
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync']
const mailLimitMs = 30_000
const longestPicture = 6_000
const near = 'near=60601&specialty=family-medicine'

/** The pages that are there for everyone. */
const open: Record<string, string> = {
  home: '/',
  find: `/find?${near}`,
  'find-read-as': '/find?q=pediatrcian&near=60601',
  'find-empty': '/find?q=nutrition&near=60601&radiusKm=8&specialty=pediatrics&language=Somali',
  'find-red-flag': '/find?q=chest+pain&near=60601',
  'find-red-flag-two': '/find?q=took+pills+to+kill+myself&near=60601',
  'find-unknown-place': '/find?q=checkup&near=Nowhereville',
  login: '/login',
  outbox: '/dev/outbox',
  help: '/help',
  terms: '/terms',
  privacy: '/privacy',
  'link-renewed': '/m/renewed',
  'not-found': '/nothing/here',
}

type Pages = Record<string, string>

/** Clicks the first free time of the results from `from` on, and gives the path of its booking form. */
async function hold(page: Page, web: string, from: Date): Promise<string> {
  await page.goto(`${web}/find?${near}&from=${from.toISOString().slice(0, 10)}`)
  await page.locator('button[name=choice]').first().click()
  await page.waitForURL(/\/book\//)
  return new URL(page.url()).pathname
}

const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000)

/** Books a visit as someone would; gives the paths of what it saw on its way. */
async function book(page: Page, run: RunFile, email: string): Promise<Pages> {
  const held = await hold(page, run.web, inDays(5))
  await hold(page, run.web, inDays(8))
  await page.getByLabel('First name').last().fill('Ada')
  await page.getByLabel('Last name').last().fill('Newcomer')
  await page.getByLabel('Month').fill('2')
  await page.getByLabel('Day').fill('28')
  await page.getByLabel('Year').fill('1984')
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await page.waitForURL(/\/visit\//)
  const visit = new URL(page.url()).pathname
  await page.goto(`${run.web}/find?${near}`)
  const slug = await page.locator('ol h3 a').first().getAttribute('href')
  return {
    profile: slug ?? '/p',
    'profile-missed': `${slug}?missed=${inDays(3).toISOString()}&why=slot_taken`,
    book: held,
    visit,
    move: `${visit}/move`,
    cancel: `${visit}/cancel`,
  }
}

/** The newest mail to `email` and the link in it; neither when none comes in time, as without Temporal. */
async function mailed(run: RunFile, email: string): Promise<Pages> {
  if (!URL.canParse(run.mail)) return {}
  const until = Date.now() + mailLimitMs
  while (Date.now() < until) {
    const [mail] = (await (await fetch(`${run.mail}/messages?to=${email}`)).json()) as { id: string }[]
    if (mail) {
      const { text } = (await (await fetch(`${run.mail}/messages/${mail.id}`)).json()) as { text: string }
      const link = /https?:\/\/\S+\/m\/\S+/.exec(text)?.[0]
      return { mail: `/dev/outbox/${mail.id}`, ...(link && { link: new URL(link).pathname }) }
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  say('  No mail came: pictures without the mail and its link')
  return {}
}

/** Signs in at the front desk of the first clinic with one; gives the paths of its pages. */
async function desk(page: Page, run: RunFile): Promise<Pages> {
  const account = run.accounts.find(({ role, tenant }) => role === 'scheduler' && tenant)
  if (!account) return {}
  const day = `/t/${account.tenant}`
  await page.goto(`${run.web}/login`)
  const clinic = page.locator(`section[aria-labelledby="clinic-${account.tenant}"]`)
  await clinic.getByRole('listitem').filter({ hasText: account.name }).first().getByRole('button').click()
  await page.waitForURL(`**${day}`)
  const pages: Pages = { 'staff-day': day, 'staff-block': `${day}/block`, 'staff-unreached': `${day}/unreached` }
  for (let ahead = 0; ahead < 7; ahead++) {
    await page.goto(`${run.web}${day}?date=${inDays(ahead).toISOString().slice(0, 10)}`)
    const visit = await page
      .locator(`a[href*="${day}/visits/"]`)
      .first()
      .getAttribute('href', { timeout: 2_000 })
      .catch(() => null)
    if (!visit) continue
    const path = visit.split('?')[0] ?? visit
    return {
      ...pages,
      'staff-day': new URL(page.url()).pathname + new URL(page.url()).search,
      'staff-visit': visit,
      'staff-cancel': `${path}/cancel`,
    }
  }
  return pages
}

/** The routes of `app/` that no picture shows: a new page wants its own here. */
function routesWithout(pages: Pages): string[] {
  const shown = Object.values(pages).map((path) => path.split('?')[0] ?? path)
  return filesBelow(join(import.meta.dirname, '../app'))
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map(
      (file) =>
        `/${file
          .split('/')
          .slice(0, -1)
          .filter((part) => !part.startsWith('('))
          .join('/')}`,
    )
    .filter((route) => !shown.some((path) => new RegExp(`^${route.replace(/\[[^\]]+\]/g, '[^/]+')}$`).test(path)))
}

async function takePictures(browser: Browser, context: BrowserContext, web: string, pages: Pages): Promise<number> {
  const folder = join(dataDir(), 'pictures')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const storageState = await context.storageState()
  let taken = 0
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of themes) {
      const isPhone = size === 'phone'
      const look = await browser.newContext({
        viewport,
        colorScheme,
        storageState,
        isMobile: isPhone,
        hasTouch: isPhone,
        locale: 'en-US',
      })
      const page = await look.newPage()
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(web + path, { waitUntil: 'networkidle' })
        const height = await page.evaluate(() => document.documentElement.scrollHeight)
        const clip = {
          x: 0,
          y: 0,
          width: viewport.width,
          height: Math.min(Math.max(height, viewport.height), longestPicture),
        }
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), fullPage: true, clip })
        taken += 1
      }
      await look.close()
    }
  }
  return taken
}

/** Takes the booked visit back. */
async function undo(page: Page, web: string, path: string): Promise<void> {
  await page.goto(web + path)
  await page.getByRole('button', { name: 'Cancel this visit' }).click()
  await page.getByRole('heading', { name: 'This visit is cancelled' }).waitFor()
}

async function main(): Promise<void> {
  const run = readRunFile()
  if (!run) throw new Error(`No demo runs from ${dataDir()}. Start one with: npm start`)
  const executablePath = findChromium()
  if (!executablePath) throw new Error('There is no Chromium on this machine. Install one, or set CHROMIUM_PATH.')
  const browser = await chromium.launch({ executablePath, args: flags })
  try {
    const context = await browser.newContext({ locale: 'en-US' })
    const page = await context.newPage()
    const email = `pictures-${Date.now()}@example.org`
    const own = await step('A visit to show', async () => {
      const booked = await book(page, run, email)
      return { ...booked, ...(await mailed(run, email)), ...(await desk(page, run)) }
    })
    const pages = { ...open, ...own }
    const taken = await step('Pictures', () => takePictures(browser, context, run.web, pages))
    await step('The visit taken back', () => undo(page, run.web, own.cancel ?? '/'))
    say(`${taken} pictures in ${join(dataDir(), 'pictures')}`)
    const missing = routesWithout(pages)
    if (missing.length > 0) throw new Error(`Pages without a picture: ${missing.join(', ')}`)
  } finally {
    await browser.close()
  }
}

try {
  await main()
} catch (error) {
  say(error instanceof Error ? `✗ ${error.message}` : '✗ Stopped by an unknown error.')
  process.exit(1)
}
