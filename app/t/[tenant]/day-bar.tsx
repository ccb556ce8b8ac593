import { ChevronLeft, ChevronRight } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { DayListing } from '#domain/booking/day.ts'
import { Button, LinkButton } from '#ui/button.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { shifted } from './day-window.ts'

type Asked = { date?: string; location?: string; practitioner?: string }
type Props = { tenant: string; date: string; today: string; listings: DayListing[]; asked: Asked }

/** Which day, where and whose: a plain GET form, so that the address says it all. */
export async function DayBar({ tenant, date, today, listings, asked }: Props) {
  const t = await getTranslations('staff.day')
  const at = (day: string) => {
    const query = new URLSearchParams({ date: day })
    if (asked.location) query.set('location', asked.location)
    if (asked.practitioner) query.set('practitioner', asked.practitioner)
    return `/t/${tenant}?${query}`
  }
  const locations = [...new Map(listings.map((listing) => [listing.locationId, listing.location]))]
  const people = [...new Set(listings.map((listing) => listing.practitioner).filter((name) => name !== null))].sort()
  const everyone = { value: '', label: t('all') }
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-3 print:hidden">
      <nav aria-label={t('days')} className="flex items-center gap-2">
        <LinkButton
          href={at(shifted(date, -1))}
          size="small"
          aria-label={t('previous')}
          icon={<ChevronLeft aria-hidden />}
        />
        <LinkButton href={at(today)} size="small" aria-current={date === today ? 'date' : undefined}>
          {t('today')}
        </LinkButton>
        <LinkButton
          href={at(shifted(date, 1))}
          size="small"
          aria-label={t('next')}
          icon={<ChevronRight aria-hidden />}
        />
      </nav>
      <form action={`/t/${tenant}`} className="flex flex-wrap items-end gap-3">
        <TextField name="date" type="date" label={t('date')} defaultValue={date} />
        {locations.length > 1 && (
          <SelectField
            name="location"
            label={t('location')}
            defaultValue={asked.location ?? ''}
            options={[everyone, ...locations.map(([value, label]) => ({ value, label }))]}
          />
        )}
        <SelectField
          name="practitioner"
          label={t('practitioner')}
          defaultValue={asked.practitioner ?? ''}
          options={[everyone, ...people.map((name) => ({ value: name, label: name }))]}
        />
        <Button>{t('show')}</Button>
      </form>
    </div>
  )
}
