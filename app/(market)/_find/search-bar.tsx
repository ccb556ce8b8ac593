import { MapPin, Search } from 'lucide-react'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { findDefaults } from '#domain/directory/input.ts'
import { specialtyCodes, specialtyName } from '#domain/directory/specialties.ts'
import { Button } from '#ui/button.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { radiiKm, radiusLabel } from './distance.ts'
import type { Asked } from './query.ts'

/** What a new search keeps of the one before: it is changed by links, not in the bar. */
const kept = ['specialty', 'service', 'language', 'sort'] as const

/** What, where and from which day: a plain GET form, its fields filled with what was asked. It folds by its own width, so that large text finds room. */
export async function SearchBar({ params, errors }: Pick<Asked, 'params' | 'errors'>) {
  const [t, locale] = await Promise.all([getTranslations('find.bar'), getLocale()])
  const radius = Number(errors.radiusKm ? findDefaults.radiusKm : (params.radiusKm ?? findDefaults.radiusKm))
  const radii = [...new Set([...radiiKm, radius])].sort((a, b) => a - b)
  const nearWidth = errors.near && '@max-[34rem]:col-span-full'
  return (
    <search className="@container block">
      <form
        action="/find"
        className="grid items-end gap-x-3 gap-y-4 @min-[17rem]:grid-cols-2 @min-[34rem]:grid-cols-[minmax(0,1fr)_9rem_minmax(0,1fr)_auto] @min-[54rem]:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_9rem_10.5rem_auto]"
      >
        <TextField
          name="q"
          label={t('what')}
          defaultValue={params.q}
          error={errors.q}
          placeholder={t('whatExample')}
          list="specialties"
          maxLength={100}
          autoComplete="off"
          icon={<Search />}
          className="col-span-full @min-[54rem]:col-span-1"
        />
        <TextField
          name="near"
          label={t('where')}
          defaultValue={params.near}
          error={errors.near}
          placeholder={t('whereExample')}
          maxLength={100}
          autoComplete="postal-code"
          icon={<MapPin />}
          className={nearWidth}
        />
        <SelectField
          name="radiusKm"
          label={t('within')}
          defaultValue={String(radius)}
          error={errors.radiusKm}
          options={radii.map((km) => ({ value: String(km), label: radiusLabel(km, locale) }))}
        />
        <TextField
          name="from"
          type="date"
          label={t('from')}
          defaultValue={params.from?.slice(0, 10)}
          error={errors.from}
        />
        <Button tone="primary" className={nearWidth}>
          {t('search')}
        </Button>
        <datalist id="specialties">
          {specialtyCodes.map((code) => (
            <option key={code} value={specialtyName(code, locale)} />
          ))}
        </datalist>
        {kept.map((name) => params[name] && <input key={name} type="hidden" name={name} value={params[name]} />)}
      </form>
    </search>
  )
}
