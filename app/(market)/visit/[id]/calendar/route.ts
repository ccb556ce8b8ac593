import { getTranslations } from '#app/_server/i18n.ts'
import { linkPath } from '#domain/booking/access.ts'
import { calendarFile } from '#domain/notification/calendar.ts'
import { sender } from '#domain/notification/read.ts'
import { env, isDemo } from '#lib/env.ts'
import { keptVisit } from '../kept.ts'

/** The visit as a calendar file, for whoever holds its key: the same UID and SEQUENCE as the mailed one. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params
  const visit = await keptVisit(id)
  if (!visit) return new Response(null, { status: 404 })
  const { ics, method } = calendarFile(
    {
      id,
      isCancelled: visit.status === 'cancelled',
      startsAt: visit.startsAt,
      endsAt: visit.endsAt,
      timeZone: visit.timeZone,
      sequence: visit.sequence,
      clinic: visit.organization,
      address: `${visit.address}, ${visit.city}, ${visit.state} ${visit.postalCode}`,
      link: new URL(linkPath(visit, visit.linkVersion), env().PUBLIC_URL).href,
      changedAt: visit.bookedAt,
    },
    { ...sender(), note: isDemo() ? (await getTranslations('shell'))('demo') : '' },
  )
  return new Response(ics, {
    headers: {
      'content-type': `text/calendar; charset=utf-8; method=${method}`,
      'content-disposition': 'attachment; filename="appointment.ics"',
      'cache-control': 'private, no-store',
    },
  })
}
