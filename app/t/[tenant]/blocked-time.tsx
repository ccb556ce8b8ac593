import { CircleSlash } from 'lucide-react'
import { getTranslations } from '#app/_server/i18n.ts'
import type { DayBlock } from '#domain/booking/day.ts'
import { StatusPill } from '#ui/staff/status-pill.tsx'
import { unblockAction } from './actions.ts'
import { StepForm } from './step-form.client.tsx'

/** A blocked time's state, and the way to give it back. */
export async function BlockedTime({
  tenant,
  block,
  query,
  mayRemove,
}: {
  tenant: string
  block: DayBlock
  query: string
  mayRemove: boolean
}) {
  const t = await getTranslations('staff.day')
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <StatusPill tone="neutral" pattern="striped" icon={<CircleSlash aria-hidden />}>
        {t('blocked')}
      </StatusPill>
      {mayRemove && (
        <StepForm
          action={unblockAction.bind(null, tenant)}
          fields={{ blockId: block.id, back: query }}
          label={t('unblock')}
          context={block.reason}
          busyLabel={t('saving')}
        />
      )}
    </span>
  )
}
