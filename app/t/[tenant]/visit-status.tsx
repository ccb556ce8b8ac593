import { Ban, CalendarCheck, CheckCheck, DoorOpen, UserX } from 'lucide-react'
import type { ReactNode } from 'react'
import { getTranslations } from '#app/_server/i18n.ts'
import type { AppointmentStatus } from '#domain/booking/rules.ts'
import { type StatusLook, StatusPill } from '#ui/staff/status-pill.tsx'

const looks: Record<AppointmentStatus, StatusLook & { icon: ReactNode }> = {
  booked: { tone: 'accent', icon: <CalendarCheck aria-hidden /> },
  arrived: { tone: 'info', icon: <DoorOpen aria-hidden /> },
  fulfilled: { tone: 'good', icon: <CheckCheck aria-hidden /> },
  cancelled: { tone: 'neutral', pattern: 'struck', icon: <Ban aria-hidden /> },
  noshow: { tone: 'warn', pattern: 'striped', icon: <UserX aria-hidden /> },
}

/** How a visit stands: word, icon, colour and pattern. */
export async function VisitStatus({ status }: { status: AppointmentStatus }) {
  const t = await getTranslations('staff.status')
  return <StatusPill {...looks[status]}>{t(status)}</StatusPill>
}
