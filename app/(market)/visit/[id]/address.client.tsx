'use client'

import { useActionState } from 'react'
import type { FormState } from '#lib/form.ts'
import { Disclosure } from '#ui/disclosure.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'
import { TextField } from '#ui/text-field.tsx'
import { correctAddressAction } from '../actions.ts'

type Words = { open: string; label: string; save: string; saving: string; errorTitle: string }

/** For a mistyped address: a new one, to which the confirmation goes out again. */
export function AddressForm({ id, initial, words }: { id: string; initial: FormState; words: Words }) {
  const [state, action] = useActionState(correctAddressAction.bind(null, id), initial)
  const error = state.errors.email ?? (state.status === 'error' ? state.message : undefined)
  return (
    <Disclosure summary={words.open} isOpen={state.status === 'error'}>
      <form action={action} noValidate className="flex flex-col items-start gap-4 py-2">
        <TextField
          name="email"
          type="email"
          label={words.label}
          defaultValue={state.values.email}
          error={error}
          autoComplete="email"
          spellCheck={false}
          className="w-full max-w-80"
        />
        <SubmitOnce busyLabel={words.saving}>{words.save}</SubmitOnce>
      </form>
    </Disclosure>
  )
}
