import { Temporal } from 'temporal-polyfill'

/** What a message about a visit is about. */
export const messageKinds = [
  'booked',
  'moved',
  'cancelled_by_patient',
  'cancelled_by_clinic',
  'reminder_3_days',
  'reminder_24_hours',
  'link_renewed',
] as const
export type MessageKind = (typeof messageKinds)[number]
export type ReminderKind = Extract<MessageKind, `reminder_${string}`>

/** What happened to a visit, as the outbox names it. */
export const visitNews = ['booked', 'moved', 'cancelled', 'address_corrected', 'link_wanted'] as const
export type VisitNews = (typeof visitNews)[number]

/** The visit as it stands when a message is about to be written. */
export type NotifiedVisit = {
  id: string
  status: string
  cancelledBy: 'patient' | 'clinic' | null
  startsAt: Date
  /** IANA zone of the clinic. */
  timeZone: string
  /** Rises with each change of time or place, and with the cancellation. */
  sequence: number
  linkVersion: number
  /** When the visit got the time it has, and from whom. */
  timeSetAt: Date
  timeSetBy: 'guest' | 'staff' | 'system'
}

/** A message that is to be sent, and the business id under which it is sent once. */
export type Due = { kind: MessageKind; key: string }

/** An earlier message about the visit that needs no further try: it was sent, it failed, or it had no address. */
export type Settled = { kind: MessageKind; key: string; sequence: number }

/** Whether a message of this kind reminds of a visit. */
export const isReminder = (kind: MessageKind): kind is ReminderKind => kind.startsWith('reminder_')

/** A message is about a state of the visit, and leads to it by a link: the key names both. Reminders have no second key. */
const about = (visit: NotifiedVisit, kind: MessageKind): Due => ({
  kind,
  key: [visit.id, kind, visit.sequence, ...(isReminder(kind) ? [] : [visit.linkVersion])].join(':'),
})

/**
 * The message that some news calls for, by how the visit stands now, or none: when a later change has overtaken it, or
 * the patient was told of this state already. News that waited while mail was down therefore tell the truth once.
 */
export function dueAfter(
  news: VisitNews,
  visit: NotifiedVisit,
  settled: readonly Settled[],
  now: Date,
): Due | undefined {
  const due = calledFor(news, visit, now)
  if (!due) return undefined
  const told = settled.filter(({ kind, sequence }) => !isReminder(kind) && sequence === visit.sequence)
  const isTold =
    news === 'link_wanted' || news === 'address_corrected'
      ? told.some(({ key }) => key.endsWith(`:${visit.sequence}:${visit.linkVersion}`))
      : told.some(({ kind }) => kind !== 'link_renewed')
  return isTold ? undefined : due
}

function calledFor(news: VisitNews, visit: NotifiedVisit, now: Date): Due | undefined {
  const isCancelled = visit.status === 'cancelled'
  if (news === 'link_wanted') return about(visit, 'link_renewed')
  if (isCancelled && (news === 'cancelled' || news === 'address_corrected'))
    return about(visit, visit.cancelledBy === 'clinic' ? 'cancelled_by_clinic' : 'cancelled_by_patient')
  if (news === 'cancelled' || !isAhead(visit, now)) return undefined
  return about(visit, news === 'moved' ? 'moved' : 'booked')
}

const isAhead = ({ status, startsAt }: NotifiedVisit, now: Date): boolean => status === 'booked' && startsAt > now

/** Nobody is reminded from 21:00 to 8:00 by the clinic's clock. */
const quietFrom = Temporal.PlainTime.from('21:00')
const quietUntil = Temporal.PlainTime.from('08:00')
const lastMinute = Temporal.PlainTime.from('20:59')
const hourMs = 3_600_000
/** A reminder that comes later than this before the visit helps nobody. */
const latestReminderHours = 2

const zoned = (at: Date, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone)
const dated = (at: Temporal.ZonedDateTime): Date => new Date(at.epochMilliseconds)

/** Whether a clock in `zone` shows 21:00 to 7:59 at `at`. */
export function isQuiet(at: Date, zone: string): boolean {
  const time = zoned(at, zone).toPlainTime()
  return Temporal.PlainTime.compare(time, quietFrom) >= 0 || Temporal.PlainTime.compare(time, quietUntil) < 0
}

/**
 * `at`, moved out of the quiet hours: to 8:00 after them when that is still two hours before the visit, else to
 * 20:59 before them.
 */
export function outsideQuietHours(at: Date, startsAt: Date, zone: string): Date {
  if (!isQuiet(at, zone)) return at
  const wall = zoned(at, zone)
  const isEvening = Temporal.PlainTime.compare(wall.toPlainTime(), quietFrom) >= 0
  const day = wall.toPlainDate()
  const on = (date: Temporal.PlainDate, plainTime: Temporal.PlainTime) =>
    dated(date.toZonedDateTime({ timeZone: zone, plainTime }))
  const after = on(isEvening ? day.add({ days: 1 }) : day, quietUntil)
  const before = on(isEvening ? day : day.subtract({ days: 1 }), lastMinute)
  return after.getTime() <= startsAt.getTime() - latestReminderHours * hourMs ? after : before
}

export type Reminder = { kind: ReminderKind; at: Date }

/** Hours before the visit. A kind that has none is no reminder: the compiler asks for it. */
const lead: Record<ReminderKind, number> = { reminder_3_days: 72, reminder_24_hours: 24 }

/**
 * The reminders of a visit, earliest first: 72 and 24 hours before it, outside the quiet hours, none at or before the
 * moment at which it got its time, and none later than two hours before it.
 */
export function reminders({
  startsAt,
  timeZone,
  timeSetAt,
}: Pick<NotifiedVisit, 'startsAt' | 'timeZone' | 'timeSetAt'>): Reminder[] {
  return messageKinds
    .filter(isReminder)
    .toSorted((a, b) => lead[b] - lead[a])
    .map((kind) => ({
      kind,
      at: outsideQuietHours(new Date(startsAt.getTime() - lead[kind] * hourMs), startsAt, timeZone),
    }))
    .filter(({ at }) => at > timeSetAt)
}

/**
 * The next reminder of a visit and when to send it: at its time, or, when that was missed (the worker was away), as
 * soon as the quiet hours allow while it is still of use: the one of 3 days until the one of 24 hours, that until two
 * hours before the visit. Undefined when none is left, or the visit is not booked any more.
 */
export function nextReminder(
  visit: NotifiedVisit,
  settled: readonly Settled[],
  now: Date,
): (Reminder & { key: string }) | undefined {
  if (!isAhead(visit, now)) return undefined
  const plan = reminders(visit)
  for (const [index, { kind, at }] of plan.entries()) {
    const due = about(visit, kind)
    const soonest = at > now ? at : outsideQuietHours(now, visit.startsAt, visit.timeZone)
    const useful = plan[index + 1]?.at ?? new Date(visit.startsAt.getTime() - latestReminderHours * hourMs)
    const isLate = soonest < now || soonest > useful
    if (!isLate && !settled.some(({ key }) => key === due.key)) return { ...due, kind, at: soonest }
  }
  return undefined
}

/** Why a clinic cancels, as it may be told to a patient: a closed list, so that nothing else can get into a mail. */
export const clinicReasons = ['person_away', 'clinic_closed', 'not_ready', 'mistake', 'other'] as const
export type ClinicReason = (typeof clinicReasons)[number]

/** The reason that a message may name: what is not on the list is told as `other`. */
export const tellableReason = (reason: string | null): ClinicReason =>
  clinicReasons.find((known) => known === reason) ?? 'other'

/**
 * Whether the clinic must hear that this message had no address to go to, because the patient cannot know what it
 * says: the clinic's own change. (A message that an address refused is always told.)
 */
export const mustReach = (kind: MessageKind, { timeSetBy }: NotifiedVisit): boolean =>
  kind === 'cancelled_by_clinic' || (kind === 'moved' && timeSetBy !== 'guest')
