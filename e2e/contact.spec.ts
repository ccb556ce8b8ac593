import type { Page } from '@playwright/test'
import {
  ada,
  anOffer,
  expect,
  fillPatient,
  freshAddress,
  linkIn,
  mailTo,
  type Offer,
  openProfile,
  seenBefore,
  test,
} from './support.ts'

async function fillAndConfirm(page: Page, offer: Offer, contact: { label: string; value: string }): Promise<void> {
  await (await openProfile(page, offer)).click()
  await page.waitForURL('**/book/**')
  await fillPatient(page, ada)
  await page.getByLabel(contact.label, { exact: true }).fill(contact.value)
  await seenBefore(page)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
}

test('a guest without e-mail books with a phone number and keeps the visit as a calendar entry', async ({
  page,
  look,
}) => {
  const offer = await anOffer('near=19103&radiusKm=60&specialty=family-medicine')
  await fillAndConfirm(page, offer, { label: 'Phone', value: '(202) 555-0143' })
  await expect(page.getByText('You gave no e-mail')).toBeVisible()
  await look(page)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Add to calendar' }).click()
  const stream = await (await download).createReadStream()
  const ics = (await stream.toArray()).join('')
  expect(ics).toContain('SUMMARY:Appointment')
  expect(ics).toContain('BEGIN:VTIMEZONE')
  expect(ics).not.toContain(ada.familyName)
})

test('a mistyped address is corrected: the confirmation goes to the new one and the old link is dead', async ({
  page,
  look,
}) => {
  const offer = await anOffer('near=33130&radiusKm=60&specialty=family-medicine')
  const [wrong, right] = [freshAddress('wrong'), freshAddress('right')]
  await fillAndConfirm(page, offer, { label: 'E-mail', value: wrong })
  const first = await mailTo(wrong, /^Your appointment:/)
  await page.getByText('Wrong address? Change it').click()
  await page.getByLabel('New e-mail').fill('not an address')
  await page.getByRole('button', { name: 'Send it there instead' }).click()
  await expect(page.getByText('Enter an e-mail address such as ana@example.org.')).toBeVisible()
  await page.getByLabel('New e-mail').fill(right)
  await page.getByRole('button', { name: 'Send it there instead' }).click()
  await expect(page.getByText('Saved. The confirmation goes to the new address')).toBeVisible()
  await look(page)
  const second = await mailTo(right, /appointment/i)
  await page.context().clearCookies()
  await page.goto(linkIn(first))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link no longer works')
  await look(page)
  await page.goto(linkIn(second))
  await expect(page.getByRole('group', { name: 'Date of birth' })).toBeVisible()
})
