'use client'

import type { FormState } from '#lib/form.ts'
import { localDate, shortDayLabel, timeLabel, whenLabel } from '#lib/time.ts'
import { DayTimes } from '#ui/day-times.tsx'
import { TextLink } from '#ui/link.tsx'
import { Notice } from '#ui/notice.tsx'
import type { FormWords } from './words.ts'

type Props = {
  state: FormState
  slug: string
  formKey: string
  serviceId: string
  timeZone: string
  locale: string
  words: FormWords
}

/** The free times nearest to the lost one, as buttons of the same form: one click books with what was typed. */
export function Alternatives({ state, slug, formKey, serviceId, timeZone, locale, words }: Props) {
  const times = state.details?.alternatives
  const days = Map.groupBy(times ?? [], (time) => localDate(new Date(time.startsAt), timeZone))
  const key = state.values.key ?? formKey
  return (
    <section aria-labelledby="alternatives-title" className="flex flex-col gap-3 rounded-card border border-line p-4">
      <h2 id="alternatives-title" className="text-lg font-bold">
        {words.alternativesTitle}
      </h2>
      {times && <p className="text-ink-soft">{times.length > 0 ? words.alternativesHint : words.noAlternatives}</p>}
      <DayTimes
        context={words.alternativeContext}
        days={[...days].map(([date, free]) => ({
          date,
          label: shortDayLabel(new Date(free[0]?.startsAt ?? date), timeZone, locale),
          times: free.map(({ startsAt }) => ({
            value: `${serviceId}~${startsAt}~${key}.${startsAt}`,
            label: timeLabel(new Date(startsAt), timeZone, locale),
          })),
        }))}
      />
      <p>
        <TextLink href={`/p/${slug}?service=${serviceId}#times`}>{words.chooseAgain}</TextLink>
      </p>
    </section>
  )
}

/** An alternative that was chosen while something else was to mend: Confirm books that one. */
export function Instead({ state, timeZone, locale, words }: Props) {
  const { choice } = state.values
  const at = new Date(choice?.split('~')[1] ?? Number.NaN)
  if (!choice || Number.isNaN(at.getTime())) return null
  return (
    <>
      <Notice>{words.instead.replace('{when}', whenLabel(at, timeZone, locale))}</Notice>
      <input type="hidden" name="choice" value={choice} />
    </>
  )
}
