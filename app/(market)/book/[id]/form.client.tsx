'use client'

import { type ReactNode, useActionState } from 'react'
import type { FormState } from '#lib/form.ts'
import { RadioGroup } from '#ui/choice.tsx'
import { DateField } from '#ui/date-field.tsx'
import { ErrorSummary } from '#ui/error-summary.client.tsx'
import { TextLink } from '#ui/link.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'
import { TextField } from '#ui/text-field.tsx'
import { bookAction } from '../actions.ts'
import { Agreement } from './agreement.client.tsx'
import { Alternatives, Instead } from './alternatives.client.tsx'
import { KeepTyped } from './keep-typed.client.tsx'
import type { FormWords } from './words.ts'

export type BookingFormProps = {
  id: string
  slug: string
  /** The idempotency key, minted when the page was made. */
  formKey: string
  serviceId: string
  timeZone: string
  locale: string
  versions: { terms: string; privacy: string; notice: string }
  asksReturning: boolean
  /** The service is for known patients only, so that the question may not be left blank. */
  mustAnswerReturning: boolean
  /** What the server said when the form came back without script. */
  initial: FormState
  words: FormWords
  /** Stands above the first question, inside the form. */
  children: ReactNode
}

/**
 * Who the visit is for and how to reach them. Sent without script too: the server answers with the same form, what was
 * typed in it, and what to mend.
 */
export function BookingForm({ initial, ...props }: BookingFormProps) {
  return (
    <KeepTyped initial={initial} offline={props.words.offline}>
      {(shown) => <Form {...props} initial={shown} />}
    </KeepTyped>
  )
}

function Form(props: BookingFormProps) {
  const { id, formKey, versions, asksReturning, mustAnswerReturning, initial, words } = props
  const [state, action] = useActionState(bookAction.bind(null, id), initial)
  const { errors, values } = state
  // Once the time is known to be lost, others are news and how long it was kept is none.
  const hasOthers =
    state.code === 'slot_taken' || state.code === 'hold_expired' || state.details?.alternatives !== undefined
  return (
    <form action={action} noValidate className="group/form flex flex-col gap-8">
      {/* What Enter in a field presses: without it that would be the first of the other times. */}
      <button type="submit" tabIndex={-1} aria-hidden className="sr-only">
        {words.confirm}
      </button>
      {!hasOthers && props.children}
      <Summary state={state} words={words} />
      {hasOthers ? <Alternatives state={state} {...props} /> : <Instead state={state} {...props} />}
      {state.code === 'conflict' && (
        <TextLink href={`/book/${id}`} className="self-start">
          {words.openVisit}
        </TextLink>
      )}
      <input type="hidden" name="key" value={values.key ?? formKey} />
      {mustAnswerReturning && <input type="hidden" name="mustAnswer" value="returning" />}
      <RadioGroup
        name="for"
        legend={words.forLegend}
        defaultValue={values.for ?? 'me'}
        error={errors.for ?? errors.bookedBy}
        options={[
          { value: 'me', label: words.forMe },
          { value: 'someone', label: words.forSomeone, hint: words.forSomeoneHint },
        ]}
      />
      <Booker state={state} words={words} />
      <Patient state={state} words={words} />
      {asksReturning && (
        <RadioGroup
          name="returning"
          legend={words.returningLegend}
          defaultValue={values.returning}
          error={errors.returning}
          inline
          options={[
            { value: 'yes', label: words.yes },
            { value: 'no', label: words.no },
          ]}
        />
      )}
      <Contact state={state} words={words} />
      <Agreement words={words} versions={versions} />
      <SubmitOnce tone="primary" busyLabel={words.confirming} className="self-start max-sm:w-full">
        {words.confirm}
      </SubmitOnce>
    </form>
  )
}

type PartProps = { state: FormState; words: FormWords }

/** The fields as they are asked. */
const asked = [
  ...['for', 'bookedBy.givenName', 'bookedBy.familyName', 'bookedBy.relationship'],
  ...['patient.givenName', 'patient.familyName', 'patient.birthDate', 'returning', 'patient.email', 'patient.phone'],
]

function Summary({ state, words }: PartProps) {
  if (state.status !== 'error') return null
  const fields = Object.entries(state.errors)
    .map(([field, message]) => ({ field: field === 'bookedBy' ? 'for' : field, message }))
    .sort((a, b) => asked.indexOf(a.field) - asked.indexOf(b.field))
  const call = state.details?.phone ? [{ message: words.call }] : []
  const code = state.code === 'unknown' ? [{ message: `${words.code} ${state.requestId}` }] : []
  const named = fields.length > 0 ? fields : [{ message: state.message ?? '' }]
  const errors = [...named, ...call, ...code]
  return <ErrorSummary title={words.errorTitle} errors={errors} answer={state} />
}

/** Shown when the visit is for someone else; by CSS, so that it needs no script. */
const Booker = ({ state: { errors, values }, words }: PartProps) => (
  <fieldset className="hidden flex-col gap-4 group-has-[input[name=for][value=someone]:checked]/form:flex">
    <legend className="mb-3 text-lg font-bold">{words.bookerTitle}</legend>
    <p className="text-ink-soft">{words.bookerHint}</p>
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        name="bookedBy.givenName"
        label={words.givenName}
        defaultValue={values['bookedBy.givenName']}
        error={errors['bookedBy.givenName']}
        autoComplete="given-name"
      />
      <TextField
        name="bookedBy.familyName"
        label={words.familyName}
        defaultValue={values['bookedBy.familyName']}
        error={errors['bookedBy.familyName']}
        autoComplete="family-name"
      />
    </div>
    <SelectField
      name="bookedBy.relationship"
      label={words.relationship}
      defaultValue={values['bookedBy.relationship'] ?? 'parent'}
      error={errors['bookedBy.relationship']}
      options={Object.entries(words.relationships).map(([value, label]) => ({ value, label }))}
    />
  </fieldset>
)

const Patient = ({ state: { errors, values }, words }: PartProps) => (
  <fieldset className="flex flex-col gap-4">
    <legend className="mb-3 text-lg font-bold">{words.patientTitle}</legend>
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        name="patient.givenName"
        label={words.givenName}
        defaultValue={values['patient.givenName']}
        error={errors['patient.givenName']}
        autoComplete="section-patient given-name"
      />
      <TextField
        name="patient.familyName"
        label={words.familyName}
        defaultValue={values['patient.familyName']}
        error={errors['patient.familyName']}
        autoComplete="section-patient family-name"
      />
    </div>
    <DateField
      name="patient.birthDate"
      legend={words.birthDate}
      hint={words.birthDateHint}
      error={errors['patient.birthDate']}
      labels={words}
      defaultValue={{
        month: values['patient.birthDate.month'],
        day: values['patient.birthDate.day'],
        year: values['patient.birthDate.year'],
      }}
    />
  </fieldset>
)

const Contact = ({ state: { errors, values }, words }: PartProps) => (
  <fieldset className="flex flex-col gap-4">
    <legend className="mb-3 text-lg font-bold">{words.contactTitle}</legend>
    <p className="text-ink-soft">{words.contactHint}</p>
    <TextField
      name="patient.email"
      type="email"
      label={words.email}
      hint={words.emailHint}
      defaultValue={values['patient.email']}
      error={errors['patient.email']}
      autoComplete="email"
      inputMode="email"
      spellCheck={false}
      expects="half"
    />
    <TextField
      name="patient.phone"
      type="tel"
      label={words.phone}
      hint={words.phoneHint}
      defaultValue={values['patient.phone']}
      error={errors['patient.phone']}
      autoComplete="tel"
      expects="half"
    />
  </fieldset>
)
