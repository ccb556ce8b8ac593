import {
  anOffer,
  expect,
  fillPatient,
  freshAddress,
  mailTo,
  openProfile,
  type Person,
  seenBefore,
  test,
} from './support.ts'

const year = new Date().getFullYear() - 4
const child: Person = { givenName: 'Mia', familyName: 'Newcomer', birthDate: ['1', '15', String(year)] }

test('a mother books for her child of four: refused alone, booked with herself as the booker', async ({
  page,
  look,
}) => {
  const offer = await anOffer('near=75201&radiusKm=80&specialty=pediatrics')
  await (await openProfile(page, offer)).click()
  await page.waitForURL('**/book/**')
  await fillPatient(page, child)
  const address = freshAddress('mother')
  await page.getByLabel('E-mail').fill(address)
  await seenBefore(page)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByText('A patient under 18 needs an adult who books.').first()).toBeVisible()
  await look(page)

  await page.getByText('Someone I care for', { exact: true }).click()
  const booker = page.getByRole('group', { name: 'You, who book' })
  await booker.getByLabel('First name').fill('Ana')
  await booker.getByLabel('Last name').fill('Newcomer')
  await booker.getByLabel('You are the patient’s').selectOption('parent')
  await look(page)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
  await expect(page.getByText('Mia Newcomer')).toBeVisible()
  await expect(page.getByText('Ana Newcomer')).toBeVisible()
  const mail = await mailTo(address, /^Your appointment:/)
  expect(mail.text).not.toContain('Mia')
})
