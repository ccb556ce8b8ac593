import {
  ada,
  anOffer,
  ask,
  expect,
  fillBirthDate,
  fillPatient,
  freshAddress,
  type Listed,
  linkIn,
  mailTo,
  openProfile,
  run,
  seenBefore,
  signIn,
  test,
} from './support.ts'

const tenant = run.accounts.find((account) => account.role === 'scheduler')?.tenant ?? ''
/** "charles-river-…-inc-ma" → the words by which the search finds the clinic. */
const words = tenant.split('-').slice(0, 3).join(' ')
const isOfTenant = (listing: Listed) =>
  listing.organization
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .startsWith(tenant.split('-').slice(0, 3).join('-'))

/** A day on which every clinic works: the Monday after this week. */
function nextMonday(): string {
  const day = new Date()
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7 || 7))
  return day.toISOString().slice(0, 10)
}

test('the clinic cancels with the message in view, and the patient rebooks from the mail', async ({
  page,
  browser,
  look,
}) => {
  const offer = await anOffer(`q=${encodeURIComponent(words)}`, { wants: isOfTenant })
  const address = freshAddress('rebook')
  await (await openProfile(page, offer)).click()
  await page.waitForURL('**/book/**')
  await fillPatient(page, ada)
  await page.getByLabel('E-mail').fill(address)
  await seenBefore(page)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
  const id = page.url().split('/').at(-1) ?? ''

  const desk = await (await browser.newContext()).newPage()
  await signIn(desk, 'scheduler', tenant)
  await look(desk)
  await desk.goto(`/t/${tenant}/visits/${id}`)
  await look(desk)
  await expect(desk.getByRole('button', { name: 'No-show' })).toHaveCount(0)
  await desk.getByRole('link', { name: 'Cancel', exact: true }).click()
  await desk.getByText('The clinic is closed at that time.').first().click()
  await desk.getByRole('button', { name: 'Show the message with this reason' }).click()
  await expect(desk.getByText('The clinic is closed at that time.').nth(1)).toBeVisible()
  await look(desk)
  await desk.getByRole('button', { name: 'Cancel the visit and send the message' }).click()
  await desk.waitForURL(`**/visits/${id}**`)
  await expect(desk.getByRole('complementary').getByText('Cancelled').first()).toBeVisible()

  const mail = await mailTo(address, /cancelled/)
  expect(mail.text).toContain('The clinic is closed at that time.')
  await page.context().clearCookies()
  await page.goto(linkIn(mail))
  await fillBirthDate(page, ada)
  await page.getByRole('button', { name: 'Open the visit' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This visit is cancelled')
  await look(page)
  await page.getByRole('link', { name: 'Book another time' }).click()
  await page
    .locator('#times')
    .getByRole('button', { name: /\d\d:\d\d/ })
    .first()
    .click()
  await page.waitForURL('**/book/**')
  await fillPatient(page, ada)
  await page.getByLabel('E-mail').fill(address)
  await seenBefore(page)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
})

test('arrived, and back: the day and the visit agree; an auditor sees no buttons and no names; another clinic is a 404', async ({
  page,
  look,
}) => {
  await signIn(page, 'scheduler', tenant)
  await page.goto(`/t/${tenant}?date=${nextMonday()}`)
  const link = page.getByRole('row').filter({ hasText: 'Booked' }).first().getByRole('link').first()
  const patient = (await link.textContent()) ?? ''
  await link.click()
  const panel = page.getByRole('complementary')
  await panel.getByRole('button', { name: 'Arrived' }).waitFor()
  const visitAddress = page.url()
  await panel.getByRole('button', { name: 'Arrived' }).click()
  await expect(panel.getByText('Arrived').first()).toBeVisible()
  await look(page)
  await panel.getByRole('button', { name: 'Undo the last step' }).click()
  await expect(panel.getByRole('button', { name: 'Arrived' })).toBeVisible()
  // The same by one press in the list, of the one patient looked for by name, without leaving it.
  await page.goto(`/t/${tenant}?date=${nextMonday()}`)
  await page.keyboard.press('/')
  await page.keyboard.type(patient)
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=/)
  const row = page.getByRole('row').filter({ hasText: patient }).first()
  await row.getByRole('button', { name: `Arrived: ${patient}` }).press('Enter')
  await expect(row.getByRole('cell', { name: 'Arrived', exact: true })).toBeVisible()
  await look(page)
  await row.getByRole('button', { name: `Undo: ${patient}` }).press('Enter')
  await expect(row.getByRole('cell', { name: 'Booked', exact: true })).toBeVisible()
  const other = run.accounts.find((account) => account.tenant !== tenant)?.tenant
  const answer = await page.goto(`/t/${other}`)
  expect(answer?.status()).toBe(404)
  await page.context().clearCookies()
  await signIn(page, 'auditor', tenant)
  await page.goto(`/t/${tenant}?date=${nextMonday()}`)
  await look(page)
  await expect(page.getByRole('row').filter({ hasText: 'Booked' }).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Arrived' })).toHaveCount(0)
  await expect(page.getByLabel('Find a patient')).toHaveCount(0)
  await expect(page.getByText(patient)).toHaveCount(0)
  expect((await page.goto(visitAddress))?.status(), 'an auditor who types the address of a visit').toBe(404)
})

test('a practitioner of two tenants: time blocked by one clinic is gone at the other', async ({ page, look }) => {
  const shared = run.accounts.filter(
    (account, _, all) =>
      account.role === 'practitioner' &&
      all.some((twin) => twin.name === account.name && twin.tenant !== account.tenant),
  )
  const name = shared[0]?.name ?? ''
  const { data } = await ask<{ data: Listed[] }>(`/listings?q=${encodeURIComponent(name)}&limit=20`)
  const listings = data.filter((listing) => listing.name === name)
  expect(new Set(listings.map((listing) => listing.organization)).size).toBeGreaterThan(1)
  const away = listings.find((listing) => !isOfTenant(listing))
  if (!away) throw new Error('The practitioner works in one tenant only.')
  const service = away.services[0]?.id ?? ''
  const free = async () => {
    const from = new Date(Date.now() + 86_400_000).toISOString()
    const to = new Date(Date.now() + 28 * 86_400_000).toISOString()
    return ask<{ data: { startsAt: string; endsAt: string }[]; timeZone: string }>(
      `/listings/${away.id}/times?service=${service}&from=${from}&to=${to}`,
    )
  }
  const before = await free()
  const [first] = before.data
  const taken = first?.startsAt ?? ''
  const wall = (at: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: before.timeZone, dateStyle: 'short', timeStyle: 'short' })
      .format(new Date(at))
      .split(' ')
  const [date = '', clock = ''] = wall(taken)
  const [, end = ''] = wall(first?.endsAt ?? '')
  await signIn(page, 'scheduler', tenant)
  await page.goto(`/t/${tenant}/block?date=${date}`)
  await look(page)
  const option = page.getByRole('option').filter({ hasText: name }).first()
  await page.getByLabel('Who').selectOption((await option.getAttribute('value')) ?? '')
  await page.getByLabel('From').fill(clock)
  await page.getByLabel('To', { exact: true }).fill(end)
  await page.getByLabel('Why').fill('Away')
  await page.getByRole('button', { name: 'Block this time' }).click()
  await page.waitForURL(`**/t/${tenant}?date=${date}`)
  await expect(page.getByText('Blocked').first()).toBeVisible()
  expect((await free()).data.map((time) => time.startsAt)).not.toContain(taken)
  await page.getByRole('button', { name: 'Free this time: Away' }).click()
  await expect(page.getByRole('button', { name: 'Free this time: Away' })).toHaveCount(0)
  expect((await free()).data.map((time) => time.startsAt)).toContain(taken)
})

test('a session is a row: signed out it is over everywhere at once; its cookie is out of reach; nobody is sent to another site', async ({
  page,
  browser,
}) => {
  await signIn(page, 'auditor', tenant)
  const cookies = await page.context().cookies()
  const kept = cookies.find(({ name }) => name.endsWith('medley.session'))
  expect(kept).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', secure: run.web.startsWith('https:') })

  const twin = await (await browser.newContext()).newPage()
  await twin.context().addCookies(cookies)
  expect((await twin.goto(`/t/${tenant}/block`))?.status(), 'an auditor who types the address').toBe(404)
  await twin.goto(`/t/${tenant}`)
  await expect(twin.getByRole('link', { name: 'Block time' })).toHaveCount(0)

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/login')
  await twin.goto(`/t/${tenant}`)
  await twin.waitForURL('**/login**')

  for (const path of ['signin', 'signout', 'error']) {
    const answer = await page.request.get(`/api/auth/${path}?callbackUrl=https://elsewhere.example/`, {
      maxRedirects: 0,
    })
    expect(answer.headers().location ?? '', path).not.toContain('//elsewhere.example')
    const callback = (answer.headersArray() ?? []).find(
      ({ name, value }) => name.toLowerCase() === 'set-cookie' && value.includes('callback-url'),
    )
    expect(callback?.value ?? '', path).not.toContain('elsewhere.example')
  }
})

test('a patient who cancels with words that sound like an emergency is shown whom to call, and the desk that they wrote them', async ({
  page,
  browser,
  look,
}) => {
  const offer = await anOffer(`q=${encodeURIComponent(words)}`, { wants: isOfTenant })
  await (await openProfile(page, offer)).click()
  await page.waitForURL('**/book/**')
  await fillPatient(page, ada)
  await page.getByLabel('E-mail').fill(freshAddress('urgent'))
  await seenBefore(page)
  await page.getByRole('button', { name: 'Confirm the visit' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your visit is booked')
  const id = page.url().split('/').at(-1) ?? ''
  await page.goto(`/visit/${id}/cancel`)
  await page.getByRole('textbox').fill('crushing chest pain, cant breathe')
  await page.getByRole('button', { name: 'Cancel this visit' }).click()
  await expect(page.getByRole('link', { name: /911/ }).first()).toBeVisible()

  const desk = await (await browser.newContext()).newPage()
  await signIn(desk, 'scheduler', tenant)
  await desk.goto(`/t/${tenant}/visits/${id}`)
  await expect(desk.getByText('This reason may be about an emergency')).toBeVisible()
  await expect(desk.getByText('crushing chest pain, cant breathe')).toBeVisible()
  await look(desk)
})
