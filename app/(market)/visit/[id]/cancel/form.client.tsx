'use client'

import { type ReactNode, useActionState } from 'react'
import type { FormState } from '#lib/form.ts'
import { ErrorSummary } from '#ui/error-summary.client.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'
import { TextArea } from '#ui/text-field.tsx'
import { cancelAction } from '../../actions.ts'

type Words = { reason: string; optional: string; confirm: string; cancelling: string; errorTitle: string; call: string }

/** The question before a visit is cancelled, with room for a reason. */
export function CancelForm({
  id,
  formKey,
  initial,
  words,
  children,
}: {
  id: string
  initial: FormState
  formKey: string
  words: Words
  children: ReactNode
}) {
  const [state, action] = useActionState(cancelAction.bind(null, id), initial)
  const errors = state.status === 'error' ? [{ message: state.message ?? '' }, { message: words.call }] : []
  return (
    <form action={action} noValidate className="flex flex-col gap-6">
      {errors.length > 0 && <ErrorSummary title={words.errorTitle} errors={errors} answer={state} />}
      <input type="hidden" name="key" value={state.values.key ?? formKey} />
      <TextArea
        name="reason"
        label={words.reason}
        optional={words.optional}
        defaultValue={state.values.reason}
        error={state.errors.reason}
        maxLength={500}
      />
      <div className="flex flex-wrap gap-3">
        <SubmitOnce tone="danger" busyLabel={words.cancelling}>
          {words.confirm}
        </SubmitOnce>
        {children}
      </div>
    </form>
  )
}
