import { ChevronLeft, ChevronRight, Search } from 'lucide-react'
import { getTranslations } from '#app/_server/i18n.ts'
import type { DayListing } from '#domain/booking/day.ts'
import { plusDays } from '#lib/time.ts'
import { Button, LinkButton } from '#ui/button.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { type Asked, asQuery } from './day-lists.ts'

type NavProps = { tenant: string; date: string; today: string; asked: Asked }

/** The day before, today, the day after. */
export async function DayNav({ tenant, date, today, asked }: NavProps) {
  const t = await getTranslations('staff.day')
  const at = (day: string) => `/t/${tenant}${asQuery(asked, { date: day, q: '' })}`
  return (
    <nav aria-label={t('days')} className="flex items-center gap-2 print:hidden">
      <LinkButton
        href={at(plusDays(date, -1))}
        aria-label={t('previous')}
        aria-keyshortcuts="p"
        icon={<ChevronLeft aria-hidden />}
      />
      <LinkButton href={at(today)} aria-current={date === today ? 'date' : undefined} aria-keyshortcuts="t">
        {t('today')}
      </LinkButton>
      <LinkButton
        href={at(plusDays(date, 1))}
        aria-label={t('next')}
        aria-keyshortcuts="n"
        icon={<ChevronRight aria-hidden />}
      />
    </nav>
  )
}

/** `mayFind`: whether the role sees names to look for. */
type Props = { tenant: string; date: string; listings: DayListing[]; asked: Asked; mayFind: boolean }

/** Which day, where, whose and who: a plain GET form, so that the address says it all. */
export async function DayBar({ tenant, date, listings, asked, mayFind }: Props) {
  const t = await getTranslations('staff.day')
  const locations = [...new Map(listings.map((listing) => [listing.locationId, listing.location]))]
  const people = [...new Set(listings.map((listing) => listing.practitioner).filter((name) => name !== null))].sort()
  const everyone = { value: '', label: t('all') }
  return (
    <form
      action={`/t/${tenant}`}
      className="grid grid-cols-2 items-end gap-3 print:hidden sm:flex sm:flex-wrap sm:*:max-w-64"
    >
      <TextField name="date" type="date" label={t('date')} defaultValue={date} key={date} />
      {mayFind && (
        <TextField
          name="q"
          type="search"
          label={t('find')}
          defaultValue={asked.q}
          icon={<Search />}
          autoComplete="off"
          maxLength={100}
          aria-keyshortcuts="/"
        />
      )}
      {locations.length > 1 && (
        <SelectField
          name="location"
          label={t('location')}
          defaultValue={asked.location ?? ''}
          options={[everyone, ...locations.map(([value, label]) => ({ value, label }))]}
        />
      )}
      {people.length > 1 && (
        <SelectField
          name="practitioner"
          label={t('practitioner')}
          defaultValue={asked.practitioner ?? ''}
          options={[everyone, ...people.map((name) => ({ value: name, label: name }))]}
        />
      )}
      <Button className="max-sm:col-span-2">{t('show')}</Button>
    </form>
  )
}
