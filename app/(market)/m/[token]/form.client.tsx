'use client'

import { useActionState } from 'react'
import type { FormState } from '#lib/form.ts'
import { DateField } from '#ui/date-field.tsx'
import { ErrorSummary } from '#ui/error-summary.client.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'
import { identifyAction } from '../actions.ts'

type Words = {
  birthDate: string
  birthDateHint: string
  month: string
  day: string
  year: string
  open: string
  opening: string
  errorTitle: string
  /** What to say when so many tries are left. */
  wrong: string[]
}

/** Asks for the patient's birth date, five times at most. */
export function IdentifyForm({ token, initial, words }: { token: string; initial: FormState; words: Words }) {
  const [state, action] = useActionState(identifyAction.bind(null, decodeURIComponent(token)), initial)
  const { values } = state
  const wrong = state.details?.triesLeft !== undefined ? words.wrong[Number(state.details?.triesLeft)] : undefined
  const fieldError = wrong ?? state.errors.birthDate
  const errors = fieldError ? [{ field: 'birthDate', message: fieldError }] : [{ message: state.message ?? '' }]
  return (
    <form action={action} noValidate className="flex flex-col items-start gap-6">
      {state.status === 'error' && <ErrorSummary title={words.errorTitle} errors={errors} answer={state} />}
      <DateField
        name="birthDate"
        legend={words.birthDate}
        hint={words.birthDateHint}
        error={fieldError}
        labels={words}
        defaultValue={{
          month: values['birthDate.month'],
          day: values['birthDate.day'],
          year: values['birthDate.year'],
        }}
      />
      <SubmitOnce tone="primary" busyLabel={words.opening}>
        {words.open}
      </SubmitOnce>
    </form>
  )
}
