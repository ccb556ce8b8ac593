import {
  ada,
  anOffer,
  expect,
  fillPatient,
  freshAddress,
  linkIn,
  mailTo,
  openProfile,
  seenBefore,
  tabTo,
  test,
  timeButton,
} from './support.ts'

test('a guest finds, holds, books, moves and cancels by keyboard alone', async ({ page, look }) => {
  const offer = await anOffer('near=60614&radiusKm=40&sort=nearest&specialty=family-medicine', { count: 6 })
  await page.goto('/')
  await look(page)
  await tabTo(
    page,
    page
      .getByRole('textbox', { name: /Where/ })
      .or(page.getByRole('combobox', { name: /Where/ }))
      .first(),
  )
  await page.keyboard.type('60614')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/find**')
  await look(page)

  const time = await openProfile(page, offer)
  await look(page)
  await tabTo(page, time)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/book/**')
  await look(page)

  const patient = page.getByRole('group', { name: 'The patient' })
  await tabTo(page, patient.getByLabel('First name'))
  await page.keyboard.type(ada.givenName)
  await tabTo(page, patient.getByLabel('Last name'))
  await page.keyboard.type(ada.familyName)
  for (const part of ada.birthDate) {
    await page.keyboard.press('Tab')
    await page.keyboard.type(part)
  }
  const seen = page.getByRole('group', { name: /seen at/ })
  if (await seen.isVisible()) {
    await tabTo(page, seen.getByRole('radio', { name: 'Yes' }))
    await page.keyboard.press('Space')
  }
  await tabTo(page, page.getByLabel('E-mail'))
  await page.keyboard.type(freshAddress('keys'))
  await tabTo(page, page.getByRole('button', { name: 'Confirm the visit' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
  await look(page)

  await tabTo(page, page.getByRole('link', { name: 'Move to another time' }))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/move**')
  await look(page)
  await tabTo(page, timeButton(page, offer, 1))
  await page.keyboard.press('Enter')
  await expect(page.getByText('Your visit was moved.')).toBeVisible()

  await tabTo(page, page.getByRole('link', { name: 'Cancel the visit' }))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/cancel')
  await look(page)
  await tabTo(page, page.getByRole('button', { name: 'Cancel this visit' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This visit is cancelled')
  await look(page)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('a guest books from a result card, mends mistakes without losing anything, and opens the mailed link', async ({
    page,
    look,
  }) => {
    const address = freshAddress('phone')
    await page.goto('/find?near=98103&radiusKm=80')
    await look(page)
    await page
      .getByRole('button', { name: /\d\d:\d\d/ })
      .nth(6)
      .click()
    await page.waitForURL('**/book/**')
    await look(page)
    await page.getByLabel('E-mail').fill('ada at example.org')
    await page.getByRole('button', { name: 'Confirm the visit' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toBeFocused()
    await look(page)
    await expect(page.getByLabel('E-mail')).toHaveValue('ada at example.org')

    await fillPatient(page, ada)
    await page.getByLabel('E-mail').fill(address)
    await seenBefore(page)
    await page.getByRole('button', { name: 'Confirm the visit' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
    await look(page)

    const mail = await mailTo(address, /^Your appointment:/)
    expect(mail.text).not.toContain(ada.familyName)
    await page.context().clearCookies()
    await page.goto(linkIn(mail))
    await look(page)
    await expect(page.getByText(ada.familyName)).toHaveCount(0)
    const birth = page.getByRole('group', { name: 'Date of birth' })
    await birth.getByLabel('Month').fill('1')
    await birth.getByLabel('Day').fill('1')
    await birth.getByLabel('Year').fill('1990')
    await page.getByRole('button', { name: 'Open the visit' }).click()
    await expect(page.getByText('4 tries left').first()).toBeVisible()
    for (const [index, label] of (['Month', 'Day', 'Year'] as const).entries()) {
      await birth.getByLabel(label).fill(ada.birthDate[index] ?? '')
    }
    await page.getByRole('button', { name: 'Open the visit' }).click()
    await expect(page.getByText(`${ada.givenName} ${ada.familyName}`)).toBeVisible()
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a guest searches, books, moves and cancels', async ({ page, look }) => {
    const offer = await anOffer('near=30309&radiusKm=60&sort=nearest&specialty=family-medicine', { count: 6 })
    await page.goto('/')
    await page.getByLabel(/Where/).first().fill('30309')
    await page
      .getByRole('button', { name: /Search|Find/ })
      .first()
      .click()
    await expect(page).toHaveURL(/\/find\?/)
    await look(page)

    await (await openProfile(page, offer)).click()
    await expect(page).toHaveURL(/\/book\//)
    await page.getByRole('button', { name: 'Confirm the visit' }).click()
    await expect(page.getByText('There is a problem')).toBeVisible()
    await fillPatient(page, ada)
    await page.getByLabel('E-mail').fill(freshAddress('plain'))
    await seenBefore(page)
    await page.getByRole('button', { name: 'Confirm the visit' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
    await look(page)

    await page.getByRole('link', { name: 'Move to another time' }).click()
    await timeButton(page, offer, 1).click()
    await expect(page.getByText('Your visit was moved.')).toBeVisible()
    await page.getByRole('link', { name: 'Cancel the visit' }).click()
    await page.getByRole('button', { name: 'Cancel this visit' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This visit is cancelled')
  })
})
