// Not a verb: pure, the words of a message.
import { createTranslator } from 'use-intl/core'
import { daysBetween, localDate, whenLabel } from '#lib/time.ts'
import en from '#messages/en.json' with { type: 'json' }
import { type CalendarSender, calendarFile } from './calendar.ts'
import { type ClinicReason, isReminder, type MessageKind } from './rules.ts'

/** All that a message may hold: there is no field for a patient, a practitioner, a service or what anyone typed. */
export type LetterFacts = {
  id: string
  /** When the message is written: a reminder counts the days from here. */
  writtenAt: Date
  startsAt: Date
  endsAt: Date
  /** IANA zone of the clinic. */
  timeZone: string
  sequence: number
  changedAt: Date
  clinic: string
  /** Its name when it differs from the clinic's. */
  location: string | null
  addressLine: string
  cityLine: string
  /** Absolute. */
  link: string
  isDemo: boolean
  isCancelled: boolean
  reason: ClinicReason
  nextTimes: Date[]
}

export type Letter = {
  subject: string
  text: string
  html: string
  calendar?: { method: 'REQUEST' | 'CANCEL'; ics: string }
}

/** One piece of a message: words, a label with lines, a list, a link, or a line in small print. */
type Block =
  | { words: string }
  | { label: string; lines: string[] }
  | { link: string; label: string }
  | { small: string }

const isCancellation = (kind: MessageKind): boolean => kind.startsWith('cancelled_by_')

/** The message of a kind about a visit, as text and as a page, with the calendar file where the entry changes. */
export function letter(kind: MessageKind, facts: LetterFacts, sender: Omit<CalendarSender, 'note'>): Letter {
  const locale = 'en'
  const t = createTranslator({ locale, messages: en, namespace: 'mail', onError: raise })
  const when = whenLabel(facts.startsAt, facts.timeZone, locale)
  // A late reminder must not name the day that it was planned for.
  const days = daysBetween(localDate(facts.writtenAt, facts.timeZone), localDate(facts.startsAt, facts.timeZone))
  const words = isReminder(kind) ? 'reminder' : kind
  const subject = t(`${words}.subject`, { when, days })
  const note = facts.isDemo ? t('demo') : ''
  const calendar = isReminder(kind)
    ? undefined
    : calendarFile({ ...facts, address: [facts.addressLine, facts.cityLine].join(', ') }, { ...sender, note })
  const blocks: Block[] = [
    { words: t(`${words}.lead`, { days }) },
    { label: t('when'), lines: [when] },
    {
      label: t('where'),
      lines: [facts.clinic, facts.location, facts.addressLine, facts.cityLine].filter((line) => line !== null),
    },
    ...(kind === 'cancelled_by_clinic' ? offers(t, facts, locale) : []),
    { label: isCancellation(kind) ? t('rebook') : t('manage'), link: facts.link },
    { words: t('proof') },
    ...(calendar ? [{ small: t('calendar') }] : []),
    { small: t('why') },
    ...(note ? [{ small: note }] : []),
  ]
  return {
    subject,
    text: `${blocks.map(asText).join('\n\n')}\n`,
    html: asPage(locale, subject, blocks),
    ...(calendar ? { calendar } : {}),
  }
}

type Words = ReturnType<typeof createTranslator<typeof en, 'mail'>>

function offers(t: Words, { nextTimes, timeZone, reason }: LetterFacts, locale: string): Block[] {
  const why = { label: t('cancelled_by_clinic.reason'), lines: [t(`cancelled_by_clinic.reasons.${reason}`)] }
  if (nextTimes.length === 0) return [why, { words: t('cancelled_by_clinic.noTimes') }]
  const lines = nextTimes.map((at) => whenLabel(at, timeZone, locale))
  return [why, { label: t('cancelled_by_clinic.times'), lines }]
}

function raise(error: Error): never {
  throw error
}

function asText(block: Block): string {
  if ('words' in block) return block.words
  if ('small' in block) return block.small
  if ('link' in block) return `${block.label}\n${block.link}`
  return [block.label, ...block.lines.map((line) => `  ${line}`)].join('\n')
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)

function asMarkup(block: Block): string {
  if ('words' in block) return `<p>${escaped(block.words)}</p>`
  if ('small' in block) return `<p class="small">${escaped(block.small)}</p>`
  if ('link' in block) return `<p><a class="way" href="${escaped(block.link)}">${escaped(block.label)}</a></p>`
  return `<p><strong>${escaped(block.label)}</strong><br>${block.lines.map(escaped).join('<br>')}</p>`
}

/** Where a mail program keeps styles: light and dark, wide and narrow; where it drops them, still a readable letter. */
const style = `:root{color-scheme:light dark}
body{margin:0 auto;padding:24px;max-width:36em;font:16px/1.5 system-ui,sans-serif;color:#1c1917;background:#fff}
p{margin:0 0 16px;overflow-wrap:anywhere}
.small{font-size:14px;color:#57534e}
.way{display:inline-block;padding:10px 16px;border-radius:6px;font-weight:600;color:#fff;background:#0f6b72;text-decoration:none}
@media(prefers-color-scheme:dark){body{color:#f5f5f4;background:#1c1917}.small{color:#a8a29e}.way{color:#04211f;background:#5eead4}}`

const asPage = (locale: string, title: string, blocks: Block[]): string =>
  [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(title)}</title>`,
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
    `<style>${style}</style></head><body>`,
    ...blocks.map(asMarkup),
    '</body></html>',
  ].join('\n')
