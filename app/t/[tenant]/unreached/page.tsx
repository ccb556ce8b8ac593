import { CheckCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { staffOfPage } from '#app/_server/session.ts'
import { readAsStaff } from '#db/doors.ts'
import { mayStaff } from '#domain/identity/authorize.ts'
import { viewUnreached } from '#domain/notification/viewUnreached.ts'
import { phoneLabel } from '#lib/phone.ts'
import { whenLabel } from '#lib/time.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { TextLink } from '#ui/link.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { DataTable } from '#ui/staff/data-table.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('staff'))('unreached.title'), robots: { index: false } }
}

/** Whom a message did not reach: call them. */
export default async function Unreached({ params }: { params: Promise<{ tenant: string }> }) {
  const { tenant } = await params
  const actor = await staffOfPage(tenant)
  if (!mayStaff(actor.role, 'message:read')) notFound()
  const [visits, t, locale] = await Promise.all([
    readAsStaff(actor, viewUnreached),
    getTranslations('staff.unreached'),
    getLocale(),
  ])
  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={t('title')} lead={t('lead')} />
      {visits.length === 0 ? (
        <EmptyState icon={<CheckCheck />} title={t('emptyTitle')}>
          <p>{t('empty')}</p>
        </EmptyState>
      ) : (
        <DataTable
          caption={t('title')}
          columns={[
            { key: 'patient', label: t('columns.patient') },
            { key: 'when', label: t('columns.when') },
            { key: 'phone', label: t('columns.phone') },
            { key: 'message', label: t('columns.message') },
            { key: 'reason', label: t('columns.reason') },
          ]}
          rows={visits.map((visit) => ({
            id: visit.appointmentId,
            cells: {
              patient: (
                <TextLink href={`/t/${tenant}/visits/${visit.appointmentId}`} className="font-semibold">
                  {visit.patient}
                </TextLink>
              ),
              when: whenLabel(visit.startsAt, visit.timeZone, locale),
              phone: visit.phone ? (
                <TextLink href={`tel:${visit.phone}`}>{phoneLabel(visit.phone)}</TextLink>
              ) : (
                t('noPhone')
              ),
              message: t(`kinds.${visit.kind}`),
              reason: t.has(`reasons.${visit.reason}` as 'reasons.refused')
                ? t(`reasons.${visit.reason}` as 'reasons.refused')
                : visit.reason,
            },
          }))}
        />
      )}
    </div>
  )
}
