import { anOffer, expect, openProfile, run, seenBefore, signIn, test } from './support.ts'

const tenant = run.accounts.find((account) => account.role === 'owner')?.tenant ?? ''

for (const path of [
  '/',
  '/find',
  '/find?near=02139',
  '/find?near=02139&q=chest+pain',
  '/find?q=i+took+pills+to+kill+myself',
  '/find?near=nowhere',
  '/find?near=99950&radiusKm=5&specialty=dermatology',
  '/help',
  '/terms',
  '/privacy',
  '/login',
  '/dev/outbox',
  '/nothing-here',
  '/m/forged',
  '/visit/01a1fd1e-33fb-7539-bee2-6b1f5f32bc29',
  '/book/01a1fd1e-33fb-7539-bee2-6b1f5f32bc29',
]) {
  test(`nothing is wrong with ${path}`, async ({ page, look }) => {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByText('911').first()).toBeVisible()
    await look(page)
  })
}

test.describe('words of an emergency, without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('show whom to call and no results; these come once it is said to be none, for these words', async ({ page }) => {
    await page.goto('/find?near=02139&q=dolor+de+pecho')
    const panel = page.getByRole('region', { name: 'This may be an emergency' })
    await expect(panel.getByRole('link', { name: 'Call 911' })).toHaveAttribute('href', 'tel:911')
    await expect(page.getByRole('heading', { name: /\d+ results?/ })).toHaveCount(0)
    await page.getByRole('link', { name: 'This is not an emergency: show results' }).click()
    await expect(page.getByRole('heading', { name: /results?/ })).toBeVisible()
    await expect(panel).toHaveCount(0)
    await page.goto('/find?near=02139')
    await page.getByLabel(/What/).first().fill('took too many pills')
    await page.getByRole('button', { name: 'Search' }).click()
    const poison = page.getByRole('region', { name: 'Someone may have been poisoned' })
    await expect(poison.getByRole('link', { name: 'Call 1-800-222-1222' })).toHaveAttribute('href', 'tel:+18002221222')
    await page.goto('/find?near=cant+breathe')
    await expect(panel).toBeVisible()
  })
})

test('filters: a chip opens its list by keyboard and a choice narrows the results', async ({ page, look }) => {
  await page.goto('/find?near=60601')
  const chip = page.getByRole('button', { name: 'Language' })
  await chip.focus()
  await page.keyboard.press('Enter')
  const list = page.getByRole('navigation', { name: 'Language' })
  await expect(list).toBeVisible()
  await look(page)
  await page.keyboard.press('Escape')
  await expect(list).toBeHidden()
  await expect(chip).toBeFocused()
  await page.keyboard.press('Enter')
  await list.getByRole('link', { name: /^Spanish/ }).press('Enter')
  await page.waitForURL('**language=Spanish**')
  await expect(
    page.getByRole('list', { name: 'Filters that are on' }).getByRole('link', { name: /^Spanish/ }),
  ).toBeVisible()
})

test.describe('on a phone without JavaScript', () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } })

  test('filters are one sheet that says how many results it leaves', async ({ page }) => {
    await page.goto('/find?near=60601')
    await page.getByRole('button', { name: 'Filters' }).click()
    await expect(page.getByRole('button', { name: /^Show \d/ })).toBeVisible()
    await page.getByRole('link', { name: /^Spanish/ }).click()
    await page.waitForURL('**language=Spanish**')
    await expect(page.getByRole('button', { name: 'Filters (1)' })).toBeVisible()
  })
})

test('staff pages: nothing is wrong with the day, the block form and the list of those not reached', async ({
  page,
  look,
}) => {
  await signIn(page, 'owner', tenant)
  for (const path of ['', '/block', '/unreached']) {
    await page.goto(`/t/${tenant}${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await look(page)
  }
})

test('a double click and a second tab book once', async ({ page, context }) => {
  const offer = await anOffer('near=85004&radiusKm=60&specialty=family-medicine')
  await (await openProfile(page, offer)).dblclick()
  await page.waitForURL('**/book/**')
  const tab = await context.newPage()
  await tab.goto(page.url())
  for (const each of [page, tab]) {
    const patient = each.getByRole('group', { name: 'The patient' })
    await patient.getByLabel('First name').fill('Ada')
    await patient.getByLabel('Last name').fill('Twice')
    const birth = each.getByRole('group', { name: 'Date of birth' })
    await birth.getByLabel('Month').fill('2')
    await birth.getByLabel('Day').fill('28')
    await birth.getByLabel('Year').fill('1984')
    await each.getByLabel('E-mail').fill('twice@example.org')
    await seenBefore(each)
  }
  await page.getByRole('button', { name: 'Confirm the visit' }).dblclick()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
  await tab.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(tab.getByText(/already booked|ran out|does not work/).first()).toBeVisible()
})

test('a time that someone else took meanwhile is said so, with others', async ({ page, browser }) => {
  const offer = await anOffer('near=97205&radiusKm=60', { lane: 1 })
  const mine = await openProfile(page, offer)
  const stranger = await (await browser.newContext()).newPage()
  await (await openProfile(stranger, offer)).click()
  await stranger.waitForURL('**/book/**')
  await mine.click()
  await page.waitForURL('**/p/**missed=**')
  await expect(page.getByText(/just taken/).first()).toBeVisible()
  await expect(
    page
      .locator('#times')
      .getByRole('button', { name: /\d\d:\d\d/ })
      .first(),
  ).toBeVisible()
})
