import { getTranslations } from '#app/_server/i18n.ts'
import { DataTable } from '#ui/staff/data-table.tsx'
import type { Expected as Next } from './day-lists.ts'
import { columnWords } from './listing-day.tsx'
import { type DeskView, visitCells, visitColumns } from './visit-cells.tsx'

/** The queue: who is here and who comes next, whoever they see. */
export async function Expected({ next, view }: { next: Next[]; view: DeskView }) {
  const t = await getTranslations('staff.day')
  if (next.length === 0) return null
  return (
    <section aria-labelledby="expected-title" className="flex flex-col gap-2 print:hidden">
      <h2 id="expected-title" className="text-lg font-bold">
        {t('expected')}
      </h2>
      <DataTable
        caption={t('expectedCaption')}
        columns={visitColumns(columnWords(t), view.may, t('practitioner'))}
        rows={next.map(({ visit, listing }) => ({
          id: visit.id,
          cells: {
            ...visitCells(visit, listing.timeZone, view),
            who: listing.practitioner ?? listing.location,
          },
        }))}
      />
    </section>
  )
}
