'use server'

import { attempt } from '#app/_server/action.ts'
import { guestOf, keepCapability } from '#app/_server/guest.ts'
import { withGuest } from '#db/doors.ts'
import { identify } from '#domain/booking/identify.ts'
import { IdentifyInput } from '#domain/booking/input.ts'
import { callerFrom } from '#domain/booking/limits.ts'
import { AppError, invalid } from '#lib/errors.ts'
import type { FormState } from '#lib/form.ts'

/**
 * Opens the visit of a mailed link by the birth date. A wrong one is counted, and `triesLeft` says how many are left;
 * after the last one the link is dead and a new one is on its way.
 */
export async function identifyAction(token: unknown, _previous: FormState, form: FormData): Promise<FormState> {
  return attempt(form, IdentifyInput, async (input, meta) => {
    const actor = await guestOf(typeof token === 'string' ? token : '', ['link', 'mailed'])
    const answer = await withGuest(actor, (tx) => identify(tx, input, callerFrom(meta.address)))
    switch (answer.outcome) {
      case 'opened':
        await keepCapability(answer.capability)
        return `/visit/${answer.capability.id}`
      case 'renewed':
        return '/m/renewed'
      case 'locked':
        throw new AppError('not_allowed_now', 'birth_date_locked', { phone: answer.phone })
      case 'wrong':
        throw invalid('/birthDate', 'birth_date_wrong', { triesLeft: answer.triesLeft })
    }
  })
}
