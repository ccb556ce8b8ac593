import { z } from 'zod'
import { phoneNumber } from '#lib/phone.ts'
import { contactGiven } from './rules.ts'

/** An instant as ISO 8601 with an offset, to the minute or finer; comes out as a Date. */
export const InstantText = z.iso
  .datetime({ offset: true, abort: true, error: 'not_an_instant' })
  .transform((text) => new Date(text))
  .refine((at) => at.getUTCFullYear() >= 1900 && at.getUTCFullYear() < 2200, 'not_an_instant')
  .meta({ description: 'With an offset, between the years 1900 and 2199.' })

/** A date of the calendar, YYYY-MM-DD. */
export const DateText = z.iso.date({ error: 'not_a_date' })

/** A date that a clinic may plan for, of the years 2000 to 2199: every zone and the database can tell its instants. */
export const DayText = DateText.refine((date) => date >= '2000' && date < '2200', 'day_range')

// Letters of any script, marks, spaces, the signs that names have and, after letters that are not Latin, the joiners; no control
// characters, no turning of direction, no markup. Kept in one form: an é is the same whichever way it was typed.
const nameShape = /^[\p{L}\p{M}](?:[\p{L}\p{M}\p{N}' .,‘’·()/-]|(?<=(?!\p{Script=Latin})[\p{L}\p{M}])[\u200c\u200d])*$/u
const Name = (missing: 'given_name_missing' | 'family_name_missing') =>
  z
    .string(missing)
    .trim()
    .normalize('NFC')
    .min(1, missing)
    .max(100, 'name_long')
    .regex(nameShape, 'name_shape')
    .meta({ description: 'Letters of any script, spaces, hyphens, apostrophes and the like; no markup.' })
const GivenName = Name('given_name_missing')
const FamilyName = Name('family_name_missing')

/** A few lines of a person's own: no control characters but the line's end and the tab, no halves of a character, nothing
 * that is not seen or turns the direction of what follows. Joiners stay: some scripts and signs need them. */
const Words = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest, 'reason_long')
    .regex(/^(?:[^\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\n\r\t])*$/u, 'text_shape')
    .meta({ description: 'Plain text, without control characters and characters that hide or turn text.' })

// A browser's own rule for `type=email` (HTML, "valid e-mail address"), and no address of a machine: a domain has a dot
// and ends in letters, or in a top-level domain of another script.
const localPart = /^[^@]{1,64}@/
const topLevel = /\.(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59})$/
const EmailText = z
  .string()
  .trim()
  .max(254, 'email_shape')
  .regex(z.regexes.html5Email, 'email_shape')
  .refine((text) => localPart.test(text) && topLevel.test(text), 'email_shape')
  .meta({ format: 'email' })

/** A phone number as people type it; comes out as E.164; without a country it is taken as the United States'. */
const PhoneText = z
  .string()
  .trim()
  .max(40, { error: 'phone_shape', abort: true })
  .transform((text, context) => {
    const phone = phoneNumber(text)
    if (phone === undefined) context.issues.push({ code: 'custom', message: 'phone_shape', input: text })
    return phone ?? z.NEVER
  })

const BirthDate = DateText.refine((date) => date >= '1900-01-01', 'birth_date_range')

export const HoldInput = z.strictObject({
  listingId: z.uuid('id_shape'),
  serviceId: z.uuid('id_shape'),
  startsAt: InstantText,
})
export type HoldInput = z.output<typeof HoldInput>

const PatientInput = z.strictObject({
  givenName: GivenName,
  familyName: FamilyName,
  email: EmailText.optional(),
  phone: PhoneText.optional(),
  birthDate: BirthDate,
})

export const relationships = ['parent', 'guardian', 'relative', 'carer', 'other'] as const

/** Who books for the patient: an adult. Messages go to them. */
const BookerInput = z.strictObject({
  givenName: GivenName,
  familyName: FamilyName,
  email: EmailText.optional(),
  phone: PhoneText.optional(),
  birthDate: BirthDate.optional(),
  relationship: z.enum(relationships, 'relationship_unknown').default('other'),
})

const documents = ['terms', 'privacy', 'clinic-notice'] as const

const Version = z.string().regex(/^[\w.:-]{1,40}$/)
const Acknowledged = z.strictObject({ document: z.enum(documents), version: Version })

/** What a booking needs beside the hold. `returning`: whether the clinic knows the patient, when that was asked. */
export const BookInput = z
  .strictObject({
    patient: PatientInput,
    bookedBy: BookerInput.optional(),
    acknowledged: z.array(Acknowledged).max(10).default([]),
    returning: z.boolean().optional(),
  })
  .refine((input) => contactGiven(input.patient, input.bookedBy), {
    path: ['patient', 'email'],
    error: 'contact_missing',
  })
export type BookInput = z.output<typeof BookInput>

/** Asked whatever else is wrong, so that everything to mend is said at once. */
const always = () => true

/**
 * The booking form as it is sent: one contact, which is the booker's when someone books for the patient. Comes out as
 * what `confirm` takes; `choice` is an alternative picked instead of the held time. `mustAnswer` names the question that the
 * page of a service for known patients asks: there a blank is refused.
 */
export const BookForm = z
  .strictObject({
    key: z.string().max(255),
    choice: z.string().max(400).optional(),
    for: z.enum(['me', 'someone'], 'for_missing'),
    patient: z.strictObject({
      givenName: GivenName,
      familyName: FamilyName,
      birthDate: BirthDate,
      email: EmailText.optional(),
      phone: PhoneText.optional(),
    }),
    bookedBy: z
      .strictObject({
        givenName: GivenName.optional(),
        familyName: FamilyName.optional(),
        relationship: z.enum(relationships).optional(),
      })
      .optional(),
    returning: z.enum(['yes', 'no']).optional(),
    mustAnswer: z.literal('returning').optional(),
    terms: Version,
    privacy: Version,
    notice: Version,
  })
  .refine(({ patient }) => !patient || contactGiven(patient), {
    ...{ path: ['patient', 'email'], error: 'contact_missing', when: always },
  })
  .refine((form) => form.for !== 'someone' || Boolean(form.bookedBy?.givenName), {
    ...{ path: ['bookedBy', 'givenName'], error: 'booker_given_name_missing', when: always },
  })
  .refine((form) => form.for !== 'someone' || Boolean(form.bookedBy?.familyName), {
    ...{ path: ['bookedBy', 'familyName'], error: 'booker_family_name_missing', when: always },
  })
  .refine((form) => form.mustAnswer === undefined || form.returning !== undefined, {
    ...{ path: ['returning'], error: 'returning_missing', when: always },
  })
  .transform(({ key, choice, patient, bookedBy, returning, ...form }) => {
    const { email, phone, ...named } = patient
    const isMine = form.for === 'me'
    const booker = { ...bookedBy, givenName: bookedBy?.givenName ?? '', familyName: bookedBy?.familyName ?? '' }
    const book: BookInput = {
      patient: isMine ? patient : named,
      bookedBy: isMine ? undefined : { ...booker, relationship: booker.relationship ?? 'other', email, phone },
      acknowledged: [
        { document: 'terms', version: form.terms },
        { document: 'privacy', version: form.privacy },
        { document: 'clinic-notice', version: form.notice },
      ],
      returning: returning === undefined ? undefined : returning === 'yes',
    }
    return { key, choice, book }
  })

/** What a time's button sends: `service~startsAt~key`, the key minted when the page was made. */
export const TimeChoiceText = z
  .string('choice_missing')
  .max(400)
  .transform((text, context) => {
    const [serviceId = '', startsAt = '', key = ''] = text.split('~')
    const parsed = z
      .strictObject({ serviceId: z.uuid(), startsAt: InstantText, key: z.string().min(16).max(255) })
      .safeParse({ serviceId, startsAt, key })
    if (parsed.success) return parsed.data
    context.issues.push({ code: 'custom', message: 'choice_missing', input: text })
    return z.NEVER
  })

export const HoldForm = z.strictObject({ listingId: z.uuid('id_shape'), choice: TimeChoiceText })

/** A form that is only its button: whatever comes with it is not read. */
export const AnyForm = z.looseObject({})

export const MoveForm = z.strictObject({ choice: TimeChoiceText })

export const CancelForm = z.strictObject({
  key: z.string().min(16).max(255),
  reason: Words(500).optional(),
})

export const RescheduleInput = z.strictObject({ startsAt: InstantText })
export type RescheduleInput = z.output<typeof RescheduleInput>

export const CancelInput = z.strictObject({ reason: Words(500).default('') })
export type CancelInput = z.output<typeof CancelInput>

export const IdentifyInput = z.strictObject({ birthDate: BirthDate })
export type IdentifyInput = z.output<typeof IdentifyInput>

export const CorrectAddressInput = z.strictObject({ email: EmailText })
export type CorrectAddressInput = z.output<typeof CorrectAddressInput>

/** How a visit goes on at the clinic; `undo` takes the last step back. `from` is how it stood where the button was. */
export const ProgressInput = z.strictObject({
  appointmentId: z.uuid('id_shape'),
  step: z.enum(['arrive', 'fulfil', 'noshow', 'undo']),
  from: z.enum(['booked', 'arrived', 'fulfilled', 'noshow']),
})
export type ProgressInput = z.output<typeof ProgressInput>

export const BlockInput = z
  .strictObject({
    listingId: z.uuid('id_shape'),
    startsAt: InstantText,
    endsAt: InstantText,
    reason: Words(200).min(1, 'reason_missing'),
  })
  .refine((input) => input.startsAt < input.endsAt, { path: ['endsAt'], error: 'block_order' })
  .refine((input) => input.endsAt.getTime() - input.startsAt.getTime() <= 31 * 86_400_000, {
    path: ['endsAt'],
    error: 'block_long',
  })
export type BlockInput = z.output<typeof BlockInput>

/** A block as the desk types it: wall time of the listing's location, on one local date. */
export const BlockForm = z
  .strictObject({
    listingId: z.uuid('id_shape'),
    date: DayText,
    from: z.string('block_time').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'block_time'),
    to: z.string('block_time').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'block_time'),
    reason: Words(200).min(1, 'reason_missing'),
  })
  .refine((input) => input.from < input.to, { path: ['to'], error: 'block_order' })
export type BlockForm = z.output<typeof BlockForm>
