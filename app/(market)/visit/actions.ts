'use server'

import { attempt } from '#app/_server/action.ts'
import { keptGuest } from '#app/_server/guest.ts'
import { withGuest } from '#db/doors.ts'
import { once } from '#db/idempotency.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { correctAddress } from '#domain/booking/correctAddress.ts'
import { CancelForm, CorrectAddressInput, MoveForm } from '#domain/booking/input.ts'
import { callerFrom } from '#domain/booking/limits.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import type { FormState } from '#lib/form.ts'

/** Moves the visit to the time whose button was pressed. */
export async function moveAction(id: string, _previous: FormState, form: FormData): Promise<FormState> {
  return attempt(form, MoveForm, async ({ choice }, meta) => {
    const input = { startsAt: choice.startsAt }
    const actor = await keptGuest('appointment', id)
    await withGuest(actor, (tx) =>
      once(tx, { route: 'reschedule', key: choice.key, body: input }, () =>
        reschedule(tx, id, input, callerFrom(meta.address)),
      ),
    )
    return `/visit/${id}?moved=1`
  })
}

/** Cancels the visit, with the reason when one was given. */
export async function cancelAction(id: string, _previous: FormState, form: FormData): Promise<FormState> {
  return attempt(form, CancelForm, async ({ key, reason = '' }) => {
    const actor = await keptGuest('appointment', id)
    await withGuest(actor, (tx) =>
      once(tx, { route: 'cancel', key, body: { reason } }, () => cancel(tx, id, { reason })),
    )
    return `/visit/${id}`
  })
}

/** Sends the messages of the visit to another address. */
export async function correctAddressAction(id: string, _previous: FormState, form: FormData): Promise<FormState> {
  return attempt(form, CorrectAddressInput, async (input) => {
    const actor = await keptGuest('appointment', id)
    await withGuest(actor, (tx) => correctAddress(tx, id, input))
    return `/visit/${id}?address=changed#messages`
  })
}
