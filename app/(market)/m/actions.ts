'use server'

import { redirect } from 'next/navigation'
import { attempt } from '#app/_server/action.ts'
import { guestOf, keepCapability } from '#app/_server/guest.ts'
import { withGuest } from '#db/doors.ts'
import { identify } from '#domain/booking/identify.ts'
import { IdentifyInput } from '#domain/booking/input.ts'
import type { FormState } from '#lib/form.ts'

/** Opens the visit of a mailed link by the birth date; a wrong one is counted. The answer's `code` says what to show. */
export async function identifyAction(token: string, _previous: FormState, form: FormData): Promise<FormState> {
  let triesLeft: number | undefined
  const state = await attempt(form, IdentifyInput, async (input) => {
    const actor = await guestOf(token, ['link'])
    const answer = await withGuest(actor, (tx) => identify(tx, input))
    if (answer.capability) {
      await keepCapability(answer.capability)
      return `/visit/${answer.capability.id}`
    }
    triesLeft = answer.triesLeft
    return undefined
  })
  if (triesLeft === 0) redirect('/m/renewed')
  return triesLeft === undefined ? state : { ...state, status: 'error', code: 'wrong', details: { triesLeft } }
}
