import { describe, expect, test } from 'vitest'
import { calendarFile } from './calendar.ts'
import { type LetterFacts, letter } from './letter.ts'
import { clinicReasons, isReminder, messageKinds } from './rules.ts'

const sender = { domain: 'medley.test', mail: 'no-reply@medley.example' }
const facts: LetterFacts = {
  id: '0198c0de-0000-7000-8000-000000000001',
  writtenAt: new Date('2026-11-21T21:20Z'),
  startsAt: new Date('2026-11-24T21:20Z'),
  endsAt: new Date('2026-11-24T21:50Z'),
  timeZone: 'America/Denver',
  sequence: 3,
  changedAt: new Date('2026-11-01T12:00Z'),
  clinic: 'Sunrise “Clinic” & <Friends>',
  location: null,
  addressLine: '12 Main St, Suite 4',
  cityLine: 'Boise, ID 83702',
  link: 'http://medley.test/m/v1.link.token',
  isDemo: true,
  isCancelled: false,
  reason: 'clinic_closed',
  nextTimes: [new Date('2026-11-25T15:00Z'), new Date('2026-11-25T16:00Z'), new Date('2026-11-26T15:00Z')],
}
/** Calendar text without the folding of long lines. */
const unfolded = (ics = '') => ics.replaceAll('\r\n ', '')

describe.each(messageKinds)('%s', (kind) => {
  const { subject, text, html, calendar } = letter(kind, facts, sender)

  test('says date, time, zone, clinic, address, link and whose data it is', () => {
    const when = 'Tuesday 24 November, 14:20 Mountain Time'
    expect(subject).toContain(when)
    for (const words of [when, facts.clinic, facts.addressLine, facts.cityLine, facts.link])
      expect(text).toContain(words)
    expect(text).toContain('Demo data, not affiliated with the facilities named.')
    expect(html).toContain('Sunrise “Clinic” &#38; &#60;Friends&#62;')
    expect(html).not.toContain('<Friends>')
    expect(`${subject}${text}`).not.toMatch(/[!{}]|undefined|null/)
  })

  test('gives nothing else a place: what varies between two visits is what the facts name', () => {
    const known = [
      ...['Tuesday 24 November, 14:20 Mountain Time', facts.clinic, facts.addressLine, facts.cityLine, facts.link],
      ...['Wednesday 25 November, 08:00 Mountain Time', 'Wednesday 25 November, 09:00 Mountain Time'],
      'Thursday 26 November, 08:00 Mountain Time',
    ]
    const other: LetterFacts = {
      ...facts,
      writtenAt: new Date('2027-01-02T16:00Z'),
      startsAt: new Date('2027-01-05T16:00Z'),
      clinic: 'X',
      addressLine: 'Y',
      cityLine: 'Z',
      link: 'L',
      nextTimes: [new Date('2027-01-06T16:00Z'), new Date('2027-01-07T16:00Z'), new Date('2027-01-08T16:00Z')],
    }
    const stripped = (words: string[], from: string) => words.reduce((left, word) => left.replaceAll(word, '_'), from)
    const otherWords = [
      ...['Tuesday 5 January, 09:00 Mountain Time', 'Wednesday 6 January, 09:00 Mountain Time'],
      ...['Thursday 7 January, 09:00 Mountain Time', 'Friday 8 January, 09:00 Mountain Time'],
    ]
    const lines = (own: string[], from: string) => stripped(own, from).replace(/^( {2})?[XYZL]$/gm, '$1_')
    expect(lines(otherWords, letter(kind, other, sender).text)).toBe(stripped(known, text))
  })

  test('carries a calendar file exactly when the entry changes', () => {
    expect(calendar !== undefined).toBe(!kind.startsWith('reminder_'))
  })

  test('outside the demo it does not speak of demo data', () => {
    const real = letter(kind, { ...facts, isDemo: false }, sender)
    expect(`${real.text}${real.html}${real.calendar?.ics}`).not.toContain('Demo data')
  })
})

test('the clinic’s cancellation tells why in plain words and offers three times', () => {
  const { text } = letter('cancelled_by_clinic', { ...facts, isCancelled: true }, sender)
  expect(text).toContain('The clinic is closed at that time.')
  expect(text).toContain('Wednesday 25 November, 08:00 Mountain Time\n  Wednesday 25 November, 09:00 Mountain Time\n')
  const none = letter('cancelled_by_clinic', { ...facts, nextTimes: [] }, sender).text
  expect(none).toContain('There is no free time there in the coming weeks.')
  const told = clinicReasons.map((reason) => letter('cancelled_by_clinic', { ...facts, reason }, sender).text)
  expect(new Set(told).size).toBe(clinicReasons.length)
})

test.each([
  ['72 hours before', '2026-11-21T21:20Z', 'In three days', 'in three days'],
  ['the last minute of the third day before', '2026-11-22T06:59Z', 'In three days', 'in three days'],
  ['the first minute of the second', '2026-11-22T07:00Z', 'In two days', 'in two days'],
  ['24.5 hours before', '2026-11-23T20:50Z', 'Tomorrow', 'tomorrow'],
  ['the last minute of the day before', '2026-11-24T06:59Z', 'Tomorrow', 'tomorrow'],
  ['the first minute of the day', '2026-11-24T07:00Z', 'Today', 'today'],
  ['two hours before', '2026-11-24T19:20Z', 'Today', 'today'],
  ['four days before', '2026-11-20T19:20Z', 'In 4 days', 'in 4 days'],
])('a reminder of either kind, written %s, says when by the clinic’s calendar', (_, writtenAt, start, inside) => {
  for (const kind of messageKinds.filter(isReminder)) {
    const { subject, text } = letter(kind, { ...facts, writtenAt: new Date(writtenAt) }, sender)
    expect(subject).toBe(`${start}: your appointment, Tuesday 24 November, 14:20 Mountain Time`)
    expect(text).toContain(`Your appointment is ${inside}.`)
  }
})

test('a repeated hour says which of the two', () => {
  const { subject } = letter('booked', { ...facts, startsAt: new Date('2026-11-01T08:30Z') }, sender)
  expect(subject).toBe('Your appointment: Sunday 1 November, 01:30 Mountain Standard Time')
})

describe('the calendar file', () => {
  const visit = { ...facts, address: '12 Main St, Boise, ID 83702' }
  const make = (change: Partial<typeof visit>) =>
    calendarFile({ ...visit, ...change }, { ...sender, note: 'Demo data.' })

  test('is an invitation under the visit’s own id, in the clinic’s zone', () => {
    const { method, ics } = make({})
    expect(method).toBe('REQUEST')
    expect(unfolded(ics).split('\r\n').filter(Boolean)).toEqual([
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Medley//Medley//EN', 'METHOD:REQUEST'],
      ...['BEGIN:VTIMEZONE', 'TZID:America/Denver', 'BEGIN:STANDARD', 'DTSTART:20261101T020000'],
      ...['TZOFFSETFROM:-0600', 'TZOFFSETTO:-0700', 'TZNAME:MST', 'END:STANDARD', 'END:VTIMEZONE'],
      ...['BEGIN:VEVENT', `UID:${facts.id}@medley.test`, 'SEQUENCE:3', 'DTSTAMP:20261101T120000Z'],
      ...['DTSTART;TZID=America/Denver:20261124T142000', 'DTEND;TZID=America/Denver:20261124T145000'],
      ...['SUMMARY:Appointment', 'TRANSP:OPAQUE'],
      'LOCATION:Sunrise “Clinic” & <Friends>\\n12 Main St\\, Boise\\, ID 83702',
      'DESCRIPTION:http://medley.test/m/v1.link.token\\n\\nDemo data.',
      'ORGANIZER;CN="Sunrise “Clinic” & <Friends>":mailto:no-reply@medley.example',
      'URL;VALUE=URI:http://medley.test/m/v1.link.token',
      ...['STATUS:CONFIRMED', 'END:VEVENT', 'END:VCALENDAR'],
    ])
  })

  test('takes itself back under the same UID when the visit is cancelled', () => {
    const { method, ics } = make({ isCancelled: true, sequence: 4 })
    expect(method).toBe('CANCEL')
    for (const line of ['METHOD:CANCEL', `UID:${facts.id}@medley.test`, 'SEQUENCE:4', 'STATUS:CANCELLED'])
      expect(unfolded(ics).split('\r\n')).toContain(line)
  })

  test('no line is longer than 75 octets', () => {
    const { ics } = make({ clinic: 'Клиника '.repeat(20), link: `http://medley.test/m/${'x'.repeat(300)}` })
    for (const line of ics.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  })

  test('a clinic’s name cannot add lines of its own', () => {
    const { ics } = make({ clinic: 'A\r\nATTENDEE:mailto:x@example.com\nB;C,D' })
    expect(ics).not.toMatch(/^ATTENDEE/m)
  })
})
