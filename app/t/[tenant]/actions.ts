'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { staffAction } from '#app/_server/staff-action.ts'
import { blockTime } from '#domain/booking/blockTime.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { blockInZone } from '#domain/booking/day.ts'
import { BlockForm, ProgressInput } from '#domain/booking/input.ts'
import { progress } from '#domain/booking/progress.ts'
import { unblockTime } from '#domain/booking/unblockTime.ts'
import { clinicReasons } from '#domain/notification/rules.ts'
import type { FormState } from '#lib/form.ts'

const backTo = (slug: string, back: string) => `/t/${slug}${back}`
/** Where the page was: a path inside the tenant, never another site. */
const Back = z
  .string()
  .regex(/^(\/[\w/-]*)?(\?[\w=&%.:+*-]*)?$/)
  .max(600)

const progressForm = staffAction(
  z.strictObject({ ...ProgressInput.shape, back: Back.optional() }),
  (tx, { back: _back, ...input }) => progress(tx, input),
  (slug, { back }) => (back === undefined ? undefined : backTo(slug, back)),
)

const cancelForm = staffAction(
  z.strictObject({ appointmentId: z.uuid(), reason: z.enum(clinicReasons, 'reason_missing'), back: Back.default('') }),
  (tx, { appointmentId, reason }) => cancel(tx, appointmentId, { reason }),
  (slug, { back }) => backTo(slug, back),
)

const blockForm = staffAction(
  BlockForm,
  async (tx, input) => blockTime(tx, await blockInZone(tx, input)),
  (slug, { date }) => backTo(slug, `?date=${date}`),
)

const unblockForm = staffAction(
  z.strictObject({ blockId: z.uuid(), back: Back.default('') }),
  (tx, { blockId }) => unblockTime(tx, blockId),
  (slug, { back }) => backTo(slug, back),
)

/** Arrived, fulfilled, no-show, or the last step back. A form without `back` stays where it is, on the newest state. */
export const progressAction = async (slug: string, previous: FormState, form: FormData): Promise<FormState> => {
  const state = await progressForm(slug, previous, form)
  refresh()
  return state
}

/** Cancels for the clinic, with a reason that the patient is told. */
export const cancelAction = async (slug: string, previous: FormState, form: FormData): Promise<FormState> =>
  cancelForm(slug, previous, form)

/** Keeps a time from being booked. */
export const blockAction = async (slug: string, previous: FormState, form: FormData): Promise<FormState> =>
  blockForm(slug, previous, form)

/** Gives a blocked time back. */
export const unblockAction = async (slug: string, previous: FormState, form: FormData): Promise<FormState> =>
  unblockForm(slug, previous, form)
