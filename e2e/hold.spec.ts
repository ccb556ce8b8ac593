import type { Page } from '@playwright/test'
import postgres from 'postgres'
import {
  ada,
  anOffer,
  expect,
  fillPatient,
  freshAddress,
  type Offer,
  openProfile,
  run,
  seenBefore,
  test,
} from './support.ts'

/** Lets the hold run out now, as ten minutes would. */
async function runOut(id: string): Promise<void> {
  const sql = postgres(run.databaseOwner, { max: 1, onnotice: () => {} })
  try {
    await sql.begin((tx) => [
      tx`alter table hold no force row level security`,
      tx`alter table occupancy no force row level security`,
      tx`update hold set expires_at = now() - interval '1 minute' where id = ${id}`,
      tx`update occupancy set expires_at = now() - interval '1 minute' where appointment_id = ${id}`,
      tx`alter table hold force row level security`,
      tx`alter table occupancy force row level security`,
    ])
  } finally {
    await sql.end()
  }
}

/** Holds the offer's first time and gives the hold's id; `fill` types all that the form asks. */
async function holdFirst(page: Page, offer: Offer): Promise<string> {
  await (await openProfile(page, offer)).click()
  await page.waitForURL('**/book/**')
  return page.url().split('/').at(-1) ?? ''
}

async function fill(page: Page, address: string): Promise<void> {
  await fillPatient(page, ada)
  await page.getByLabel('E-mail').fill(address)
  await seenBefore(page)
}

const confirm = (page: Page) => page.getByRole('button', { name: 'Confirm the visit' }).click()
const title = (page: Page) => page.getByRole('heading', { level: 1 })

test('more time keeps what was typed; a hold that ran out is booked all the same while the time is free', async ({
  page,
  look,
}) => {
  const offer = await anOffer('near=80202&radiusKm=60&specialty=family-medicine')
  const id = await holdFirst(page, offer)
  await fill(page, freshAddress('late'))
  await page.getByRole('button', { name: 'I need more time' }).click()
  await expect(page.getByText('This time is yours for 10 minutes more.')).toBeVisible()
  await expect(page.getByLabel('First name').last()).toHaveValue(ada.givenName)
  await runOut(id)
  await page.reload()
  await expect(page.getByText('The time ran out.').first()).toBeVisible()
  await look(page)
  await fill(page, freshAddress('late'))
  await confirm(page)
  await expect(title(page)).toHaveText('Your visit is booked')
})

test('a time that someone took after it ran out: others are shown, nothing typed is lost, Enter picks none of them', async ({
  page,
  look,
}) => {
  const offer = await anOffer('near=94110&radiusKm=60&specialty=family-medicine', { count: 6 })
  const id = await holdFirst(page, offer)
  await fill(page, freshAddress('taken'))
  await runOut(id)
  const taken = await fetch(`${run.web}/api/v1/holds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({
      listingId: offer.listing.id,
      serviceId: offer.service.id,
      startsAt: offer.times[0]?.startsAt,
    }),
  })
  expect(taken.status).toBe(201)
  await confirm(page)
  const others = page.getByRole('region', { name: 'Free times nearby' })
  await expect(others).toBeVisible()
  await expect(page.getByText('This time is yours')).toBeHidden()
  await look(page)
  await page.getByLabel('E-mail').press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'Someone else has just taken this time.' })).toBeFocused()
  await expect(others).toBeVisible()

  await page.getByLabel('E-mail').fill('')
  await others.getByRole('button').first().click()
  await expect(page.getByText(/^Confirm now books .* instead\.$/)).toBeVisible()
  await expect(page.getByLabel('First name').last()).toHaveValue(ada.givenName)
  await look(page)
  await page.getByLabel('E-mail').fill(freshAddress('taken'))
  await confirm(page)
  await expect(title(page)).toHaveText('Your visit is booked')
})

test('a confirmation whose answer never came: nothing typed is lost, sending it again or loading the page finds it', async ({
  page,
  look,
}) => {
  const offer = await anOffer('near=55401&radiusKm=60&specialty=family-medicine')
  const id = await holdFirst(page, offer)
  await fill(page, freshAddress('lost'))
  const answers: number[] = []
  await page.route(`**/book/${id}`, async (route) => {
    const request = route.request()
    if (request.method() !== 'POST') return route.continue()
    const [headers, body] = [await request.allHeaders(), request.postData()]
    for (const name of Object.keys(headers)) if (name.startsWith(':')) delete headers[name]
    answers.push((await fetch(request.url(), { method: 'POST', headers, body, redirect: 'manual' })).status)
    await route.abort()
  })
  await confirm(page)
  await expect(page.getByText('The answer did not come through.')).toBeVisible()
  await expect(page.getByLabel('First name').last()).toHaveValue(ada.givenName)
  await expect(page.getByLabel('Year')).toHaveValue(ada.birthDate[2])
  await look(page)
  expect(answers).toHaveLength(1)

  const other = await page.context().newPage()
  await other.goto(`/book/${id}`)
  await expect(title(other)).toHaveText('This visit is booked')
  await look(other)
  await page.unroute(`**/book/${id}`)
  await confirm(page)
  await expect(title(page)).toHaveText('Your visit is booked')
  await page.goBack()
  await page.reload()
  await expect(title(page)).toHaveText('Your visit is booked')
})

test('whoever lost the answer opens the visit with the key of the hold', async ({ page }) => {
  const offer = await anOffer('near=55401&radiusKm=60&specialty=family-medicine', { lane: 1 })
  await holdFirst(page, offer)
  const before = await page.context().cookies()
  await fill(page, freshAddress('reopened'))
  await confirm(page)
  await expect(title(page)).toHaveText('Your visit is booked')
  const path = new URL(page.url()).pathname.replace('/visit/', '/book/')
  await page.context().clearCookies()
  await page.context().addCookies(before)
  await page.goto(path)
  await page.getByRole('button', { name: 'Open the visit' }).click()
  await expect(title(page)).toHaveText('Your visit is booked')
})

test('a time that is given back is free at once, for whoever comes next', async ({ page, browser }) => {
  const offer = await anOffer('near=98101&radiusKm=60&specialty=family-medicine')
  await holdFirst(page, offer)
  const stranger = await (await browser.newContext()).newPage()
  await expect(await openProfile(stranger, offer)).toHaveCount(0)
  await page.getByRole('button', { name: 'Give this time back' }).click()
  await page.waitForURL('**/p/**')
  await expect(await openProfile(stranger, offer)).toBeVisible()
})
