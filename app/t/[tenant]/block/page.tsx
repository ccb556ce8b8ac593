import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { flashed } from '#app/_server/flash.ts'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { staffOfPage } from '#app/_server/session.ts'
import { now, readAsStaff } from '#db/doors.ts'
import { desk } from '#domain/booking/day.ts'
import { mayStaff } from '#domain/identity/authorize.ts'
import { PageHeading } from '#ui/page-heading.tsx'
import { pickDate } from '../day-lists.ts'
import { BlockForm } from './form.client.tsx'

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<{ date?: string; listing?: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('staff'))('block.title'), robots: { index: false } }
}

/** Keeps a practitioner's time from being booked. */
export default async function Block({ params, searchParams }: Props) {
  const [{ tenant }, asked] = await Promise.all([params, searchParams])
  const actor = await staffOfPage(tenant)
  if (!mayStaff(actor.role, 'time:block')) notFound()
  const [{ listings }, t, fields, locale, moment] = await Promise.all([
    readAsStaff(actor, desk),
    getTranslations('staff.block'),
    getTranslations('fields'),
    getLocale(),
    now(),
  ])
  const options = listings.map(({ id, practitioner, location }) => ({
    value: id,
    label: practitioner ? `${practitioner}, ${location}` : location,
  }))
  return (
    <div className="flex max-w-form flex-col gap-6">
      <PageHeading title={t('heading')} lead={t('lead')} back={{ href: `/t/${tenant}`, label: t('back') }} />
      <BlockForm
        tenant={tenant}
        initial={await flashed(`/t/${tenant}/block`)}
        options={options}
        listing={asked.listing}
        date={pickDate(asked.date, moment, listings[0]?.timeZone ?? 'UTC')}
        zones={Object.fromEntries(listings.map((listing) => [listing.id, listing.timeZone]))}
        locale={locale}
        words={{
          errorTitle: fields('errorTitle'),
          who: t('who'),
          date: t('date'),
          from: t('from'),
          to: t('to'),
          reason: t('reason'),
          reasonHint: t('reasonHint'),
          save: t('save'),
          saving: t('saving'),
          inTheWay: t('inTheWay'),
          blocked: t('blocked'),
          elsewhere: t('elsewhere'),
        }}
      />
    </div>
  )
}
