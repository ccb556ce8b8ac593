import { getTranslations } from '#app/_server/i18n.ts'
import { now } from '#db/doors.ts'
import type { Visit } from '#domain/booking/read.ts'
import { reminders } from '#domain/notification/rules.ts'
import { whenLabel } from '#lib/time.ts'
import { Card } from '#ui/card.tsx'
import { Timeline, type TimelineStep } from '#ui/timeline.tsx'

/** What happens after booking, in order, and truthfully what is delayed. */
export async function NextSteps({ visit, locale }: { visit: Visit; locale: string }) {
  const [t, moment] = await Promise.all([getTranslations('visit'), now()])
  const email = (visit.bookedBy ? visit.bookedBy.email : visit.patient.email) ?? ''
  const phone = (visit.bookedBy ? visit.bookedBy.phone : visit.patient.phone) ?? visit.phone
  const mail: Record<Visit['confirmation'], TimelineStep> = {
    sent: {
      title: t('steps.mailSent'),
      detail: t('steps.mailSentDetail', { email }),
      state: 'done',
      stateLabel: t('done'),
    },
    waiting: {
      title: t('steps.mailWaiting'),
      detail: t('steps.mailWaitingDetail', { email }),
      state: 'now',
      stateLabel: t('nextWord'),
    },
    failed: {
      title: t('steps.mailFailed'),
      detail: t('steps.mailFailedDetail'),
      state: 'now',
      stateLabel: t('nextWord'),
    },
    held_back: {
      ...{ title: t('steps.mailHeldBack'), detail: t('steps.mailHeldBackDetail') },
      state: 'now',
      stateLabel: t('nextWord'),
    },
    no_address: {
      title: t('steps.noMail'),
      detail: t('steps.noMailDetail', { phone }),
      state: 'now',
      stateLabel: t('nextWord'),
    },
  }
  const ahead = ['no_address', 'held_back'].includes(visit.confirmation)
    ? []
    : reminders({ ...visit, timeSetAt: moment })
  const reminded: TimelineStep = {
    title: t('steps.reminders', { count: ahead.length }),
    when: ahead.map(({ kind, at }) => (
      <span key={kind} className="block">
        {whenLabel(at, visit.timeZone, locale)}
      </span>
    )),
    state: 'next',
    stateLabel: t('nextWord'),
  }
  const isHere = visit.modality === 'in-person'
  return (
    <Card as="section" aria-labelledby="next-title">
      <h2 id="next-title" className="pb-4 text-lg font-bold">
        {t('next')}
      </h2>
      <Timeline
        steps={[
          { title: t('steps.booked'), detail: t('steps.bookedDetail'), state: 'done', stateLabel: t('done') },
          mail[visit.confirmation],
          ...(ahead.length > 0 ? [reminded] : []),
          {
            title: t('steps.come'),
            detail: isHere ? t('steps.comeDetail') : t('steps.comeDetailRemote'),
            state: 'next',
            stateLabel: t('nextWord'),
          },
        ]}
      />
    </Card>
  )
}
