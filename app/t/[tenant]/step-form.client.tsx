'use client'

import { useActionState } from 'react'
import { type FormState, idle } from '#lib/form.ts'
import type { ButtonTone } from '#ui/button.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'

/** One button that does one step, and says beside it when it could not. */
export function StepForm({
  action,
  fields,
  label,
  context,
  busyLabel,
  doneLabel,
  tone,
}: {
  action: (state: FormState, form: FormData) => Promise<FormState>
  fields: Record<string, string>
  label: string
  /** What it is about, for those who meet the button alone. */
  context?: string
  busyLabel: string
  /** Said when it is done and the page stays where it is. */
  doneLabel?: string
  tone?: ButtonTone
}) {
  const [state, send] = useActionState(action, idle)
  return (
    <form action={send} className="inline-flex flex-wrap items-center gap-2 print:hidden">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitOnce size="small" tone={tone} busyLabel={busyLabel} aria-label={context && `${label}: ${context}`}>
        {label}
      </SubmitOnce>
      {doneLabel && (
        <span role="status" className="sr-only">
          {state.status === 'done' ? doneLabel : ''}
        </span>
      )}
      {state.status === 'error' && (
        <span role="alert" className="font-semibold text-bad">
          {state.message}
        </span>
      )}
    </form>
  )
}
