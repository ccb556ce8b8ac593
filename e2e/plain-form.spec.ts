import { ada, anOffer, expect, fillPatient, freshAddress, openProfile, seenBefore, test } from './support.ts'

test.use({ javaScriptEnabled: false })

test('what was typed into a form with mistakes comes back, and lies unreadable in the browser', async ({
  page,
  context,
}) => {
  const offer = await anOffer('near=78701&radiusKm=60&sort=nearest&specialty=family-medicine')
  await (await openProfile(page, offer)).click()
  await page.waitForURL('**/book/**')
  await fillPatient(page, ada)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByText('There is a problem')).toBeVisible()
  await expect(page.getByLabel('Last name').last()).toHaveValue(ada.familyName)
  const kept = (await context.cookies()).find(({ name }) => name === 'medley.form')
  expect(kept).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  const readable = (kept?.value ?? '').split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
  for (const secret of [ada.familyName, ada.givenName, '1984', 'patient']) {
    expect([kept?.value, ...readable].join(' ')).not.toContain(secret)
  }
  expect((await context.cookies()).map(({ name }) => name).sort()).toEqual([
    'medley.browser',
    'medley.form',
    'medley.visits',
  ])
})

test('who takes known patients only is told whether the patient is one: a blank is asked again', async ({ page }) => {
  const offer = await anOffer('near=10001&radiusKm=60&sort=nearest&specialty=family-medicine', {
    wants: ({ acceptsNewPatients }) => !acceptsNewPatients,
  })
  await (await openProfile(page, offer)).click()
  await page.waitForURL('**/book/**')
  await fillPatient(page, ada)
  await page.getByLabel('E-mail').fill(freshAddress('known'))
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByText('There is a problem')).toBeVisible()
  await expect(
    page.getByText('Has the patient been seen at this clinic before? Choose Yes or No').first(),
  ).toBeVisible()
  await seenBefore(page)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
})
