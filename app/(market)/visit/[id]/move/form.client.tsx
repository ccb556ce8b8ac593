'use client'

import { useActionState } from 'react'
import type { FormState } from '#lib/form.ts'
import { type DayOfTimes, DayTimes } from '#ui/day-times.tsx'
import { ErrorSummary } from '#ui/error-summary.client.tsx'
import { GuardOnce } from '#ui/submit-once.client.tsx'
import { moveAction } from '../../actions.ts'

type Words = { none: string; context: string; moving: string; errorTitle: string }

/** The times a visit can move to, each a button that moves it. */
export function MoveForm({
  id,
  days,
  initial,
  words,
}: {
  id: string
  days: DayOfTimes[]
  initial: FormState
  words: Words
}) {
  const [state, action] = useActionState(moveAction.bind(null, id), initial)
  const errors = state.status === 'error' ? [{ message: state.message ?? '' }] : []
  return (
    <form action={action} className="flex flex-col gap-6">
      <GuardOnce busyLabel={words.moving} />
      {errors.length > 0 && <ErrorSummary title={words.errorTitle} errors={errors} answer={state} />}
      {days.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <DayTimes days={days} context={words.context} layout="stacked" headingLevel="h2" />
      )}
    </form>
  )
}
