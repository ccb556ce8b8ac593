import type { z } from 'zod'
import { type StaffTx, withStaff } from '#db/doors.ts'
import { AppError } from '#lib/errors.ts'
import type { FormState } from '#lib/form.ts'
import { attempt } from './action.ts'
import { staffActor } from './session.ts'

/**
 * A form of the clinic's side as a sentence: session, own origin, parse, door, verb, errors in words. `then` gives the
 * path to go to afterwards. The tenant's slug is bound by the page (`action.bind(null, slug)`).
 */
export const staffAction =
  <S extends z.ZodType, R>(
    schema: S,
    verb: (tx: StaffTx, input: z.output<S>) => Promise<R>,
    then: (slug: string, input: z.output<S>, result: R) => string | undefined,
  ) =>
  (slug: string, _previous: FormState, form: FormData): Promise<FormState> =>
    attempt(form, schema, async (input) => {
      const actor = await staffActor(slug)
      if (!actor) throw new AppError('unauthenticated', 'session_ended')
      return then(slug, input, await withStaff(actor, (tx) => verb(tx, input)))
    })
