import { getTranslations } from '#app/_server/i18n.ts'
import type { HistoryEntry } from '#domain/booking/day.ts'
import { shortDayLabel, timeLabel, whenLabel } from '#lib/time.ts'

/** What happened to a visit, oldest first: moves name the time they left. */
export async function History({ entries, zone, locale }: { entries: HistoryEntry[]; zone: string; locale: string }) {
  const t = await getTranslations('staff.visit')
  return (
    <section aria-labelledby="history-title">
      <h3 id="history-title" className="font-semibold">
        {t('history')}
      </h3>
      <ol className="flex flex-col gap-1 pt-1 text-sm">
        {entries.map((entry, index) => {
          const isMove = entry.fromStatus === 'booked' && entry.toStatus === 'booked'
          const what = isMove
            ? t('movedFrom', { when: whenLabel(entry.startsAt, zone, locale) })
            : t(`became.${entry.toStatus}`)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: an entry is its place in the list
            <li key={index}>
              <span className="text-ink-soft tabular-nums">
                {shortDayLabel(entry.at, zone, locale)} {timeLabel(entry.at, zone, locale)}
              </span>{' '}
              {what} <span className="text-ink-soft">({t(`historyBy.${entry.by}`)})</span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
