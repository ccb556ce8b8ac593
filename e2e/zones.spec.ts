import { anOffer, expect, openProfile, test } from './support.ts'

test.describe('a visitor in another zone', () => {
  test.use({ timezoneId: 'America/New_York' })

  test('sees the clinic’s clock, named, and what that is on their own', async ({ page, look }) => {
    const offer = await anOffer('near=79901&radiusKm=60&sort=nearest')
    expect(offer.listing.location.timeZone).toBe('America/Denver')
    const time = await openProfile(page, offer)
    await expect(page.getByText('Mountain Time').first()).toBeVisible()
    await look(page)
    await time.click()
    await page.waitForURL('**/book/**')
    await expect(page.getByText(/\d\d:\d\d Mountain Time/).first()).toBeVisible()
    await expect(page.getByText(/On your clock: .*Eastern Time/)).toBeVisible()
    await look(page)
  })
})
