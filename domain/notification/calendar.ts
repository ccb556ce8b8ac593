// Not a verb: pure, a visit as a calendar file.
import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import { Temporal } from 'temporal-polyfill'
import { vtimezone } from './zone.ts'

/** What a calendar file tells: date, time with zone, clinic, street address and a link, nothing else. */
export type CalendarVisit = {
  id: string
  isCancelled: boolean
  startsAt: Date
  endsAt: Date
  /** IANA zone of the clinic. */
  timeZone: string
  sequence: number
  clinic: string
  /** One line. */
  address: string
  /** Where the visit is managed, absolute. */
  link: string
  /** When the visit was last changed: the same file each time it is made. */
  changedAt: Date
}

/** Who the file is from: `domain` makes the UID one's own, `mail` is the address that messages come from. */
export type CalendarSender = { domain: string; mail: string; note: string }

const inZone = (at: Date, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone)

/**
 * The visit as iCalendar (RFC 5545, 5546): a REQUEST, or a CANCEL of an earlier one. The UID stays for life and
 * SEQUENCE rises, so a calendar program changes its entry. Without ATTENDEE, which would name the patient.
 */
export function calendarFile(
  visit: CalendarVisit,
  sender: CalendarSender,
): { method: 'REQUEST' | 'CANCEL'; ics: string } {
  const method = visit.isCancelled ? 'CANCEL' : 'REQUEST'
  const calendar = ical({
    prodId: { company: 'Medley', product: 'Medley', language: 'EN' },
    method: ICalCalendarMethod[method],
    timezone: { name: null, generator: (zone) => vtimezone(zone, visit.startsAt, visit.endsAt) },
  })
  calendar.createEvent({
    id: `${visit.id}@${sender.domain}`,
    sequence: visit.sequence,
    stamp: visit.changedAt,
    start: inZone(visit.startsAt, visit.timeZone),
    end: inZone(visit.endsAt, visit.timeZone),
    timezone: visit.timeZone,
    summary: 'Appointment',
    location: { title: visit.clinic, address: visit.address },
    description: [visit.link, sender.note].filter(Boolean).join('\n\n'),
    url: visit.link,
    organizer: { name: visit.clinic, email: sender.mail },
    status: visit.isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    transparency: visit.isCancelled ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
  })
  return { method, ics: `${calendar.toString()}\r\n` }
}
