import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { staffOfPage } from '#app/_server/session.ts'
import { readAsStaff } from '#db/doors.ts'
import { viewVisit } from '#domain/booking/viewVisit.ts'
import { mayStaff } from '#domain/identity/authorize.ts'
import { cancellationPreview } from '#domain/notification/read.ts'
import { clinicReasons, tellableReason } from '#domain/notification/rules.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'
import { phoneLabel } from '#lib/phone.ts'
import { localDate, whenLabel } from '#lib/time.ts'
import { Button } from '#ui/button.tsx'
import { RadioGroup } from '#ui/choice.tsx'
import { Notice } from '#ui/notice.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { cancelAction } from '../../../actions.ts'
import { StepForm } from '../../../step-form.client.tsx'

type Props = {
  params: Promise<{ tenant: string; id: string }>
  searchParams: Promise<{ date?: string; reason?: string }>
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('staff'))('cancel.title'), robots: { index: false } }
}

/** The reason, then the very message that the patient will get, then the button. */
export default async function Cancel({ params, searchParams }: Props) {
  const [{ tenant, id }, asked] = await Promise.all([params, searchParams])
  const actor = await staffOfPage(tenant)
  if (!isId(id) || !mayStaff(actor.role, 'appointment:cancel')) notFound()
  const reason = tellableReason(asked.reason ?? 'person_away')
  const { visit, preview } = await readAsStaff(actor, async (tx) => ({
    visit: (await viewVisit(tx, id)).visit,
    preview: await cancellationPreview(tx, id, reason),
  })).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  const [t, mail, locale] = await Promise.all([getTranslations('staff.cancel'), getTranslations('mail'), getLocale()])
  const day = asked.date ?? localDate(visit.startsAt, visit.timeZone)
  const back = `/visits/${id}?date=${day}`
  if (visit.status !== 'booked') redirect(`/t/${tenant}${back}`)
  const patient = `${visit.patient.givenName} ${visit.patient.familyName}`
  return (
    <div className="flex max-w-form flex-col gap-6">
      <PageHeading
        title={t('heading', { patient })}
        lead={whenLabel(visit.startsAt, visit.timeZone, locale)}
        back={{ href: `/t/${tenant}${back}`, label: t('back') }}
      />
      <form className="flex flex-col items-start gap-3">
        <input type="hidden" name="date" value={day} />
        <RadioGroup
          name="reason"
          legend={t('reason')}
          defaultValue={reason}
          options={clinicReasons.map((value) => ({ value, label: mail(`cancelled_by_clinic.reasons.${value}`) }))}
        />
        <Button size="small">{t('preview')}</Button>
      </form>
      <section aria-labelledby="preview-title" className="flex flex-col gap-2">
        <h2 id="preview-title" className="text-lg font-bold">
          {t('previewTitle')}
        </h2>
        {!preview.reaches && (
          <Notice tone="warn">
            {t('noAddress', { phone: phoneLabel(visit.bookedBy?.phone ?? visit.patient.phone ?? '') })}
          </Notice>
        )}
        <div className="rounded-card border border-line bg-surface p-4">
          <p className="font-semibold">{preview.subject}</p>
          <p className="pt-2 whitespace-pre-wrap wrap-anywhere">{preview.text}</p>
        </div>
      </section>
      <StepForm
        action={cancelAction.bind(null, tenant)}
        fields={{ appointmentId: id, reason, back }}
        label={t('confirm')}
        busyLabel={t('cancelling')}
        tone="danger"
      />
    </div>
  )
}
