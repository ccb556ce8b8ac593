'use client'

import { useActionState } from 'react'
import type { FormState } from '#lib/form.ts'
import { whenLabel } from '#lib/time.ts'
import { ErrorSummary } from '#ui/error-summary.client.tsx'
import { TextLink } from '#ui/link.tsx'
import { SelectField, type SelectOption } from '#ui/select-field.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'
import { TextField } from '#ui/text-field.tsx'
import { blockAction } from '../actions.ts'

type Words = Record<
  | 'errorTitle'
  | 'who'
  | 'date'
  | 'from'
  | 'to'
  | 'reason'
  | 'reasonHint'
  | 'save'
  | 'saving'
  | 'inTheWay'
  | 'blocked'
  | 'elsewhere',
  string
>
type Props = {
  tenant: string
  options: SelectOption[]
  listing?: string
  date: string
  zones: Record<string, string>
  locale: string
  initial: FormState
  words: Words
}

/** Whose time, which day, from when to when and why. Visits in the way are named, each with a link. */
export function BlockForm({ tenant, options, listing, date, zones, locale, initial, words }: Props) {
  const [state, action] = useActionState(blockAction.bind(null, tenant), initial)
  const { errors, values } = state
  const fields = Object.entries(errors).map(([field, message]) => ({ field, message }))
  const summary = fields.length > 0 ? fields : [{ message: state.message ?? '' }]
  return (
    <form action={action} noValidate className="flex flex-col items-start gap-6">
      {state.status === 'error' && <ErrorSummary title={words.errorTitle} errors={summary} answer={state} />}
      {state.code === 'conflict' && (
        <InTheWay tenant={tenant} state={state} zone={zones[values.listingId ?? '']} locale={locale} words={words} />
      )}
      <SelectField
        name="listingId"
        label={words.who}
        options={options}
        defaultValue={values.listingId ?? listing}
        error={errors.listingId}
        className="w-full"
      />
      <div className="flex flex-wrap gap-4">
        <TextField name="date" type="date" label={words.date} defaultValue={values.date ?? date} error={errors.date} />
        <TextField
          name="from"
          type="time"
          label={words.from}
          defaultValue={values.from ?? '12:00'}
          error={errors.from}
        />
        <TextField name="to" type="time" label={words.to} defaultValue={values.to ?? '13:00'} error={errors.to} />
      </div>
      <TextField
        name="reason"
        label={words.reason}
        hint={words.reasonHint}
        defaultValue={values.reason}
        error={errors.reason}
        className="w-full"
      />
      <SubmitOnce tone="primary" busyLabel={words.saving}>
        {words.save}
      </SubmitOnce>
    </form>
  )
}

type Visit = { id: string; startsAt: string; patient: string }

function InTheWay({
  tenant,
  state,
  zone = 'UTC',
  locale,
  words,
}: {
  tenant: string
  state: FormState
  zone?: string
  locale: string
  words: Words
}) {
  const visits = (state.details?.visits ?? []) as Visit[]
  const blocks = (state.details?.blocks ?? []) as string[]
  if (visits.length + blocks.length === 0) return <p>{words.elsewhere}</p>
  return (
    <div className="flex flex-col gap-2">
      {blocks.length > 0 && (
        <p className="wrap-anywhere">
          <span className="font-semibold">{words.blocked}</span> {blocks.join(' · ')}
        </p>
      )}
      {visits.length > 0 && <p className="font-semibold">{words.inTheWay}</p>}
      <ul className="flex flex-col gap-1">
        {visits.map((visit) => (
          <li key={visit.id}>
            <TextLink href={`/t/${tenant}/visits/${visit.id}`}>{visit.patient}</TextLink>{' '}
            {whenLabel(new Date(visit.startsAt), zone, locale)}
          </li>
        ))}
      </ul>
    </div>
  )
}
