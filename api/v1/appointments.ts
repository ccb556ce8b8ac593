import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { mintCapability } from '#db/capability.ts'
import { withGuest } from '#db/doors.ts'
import { once } from '#db/idempotency.ts'
import { linkPath, manageCapability } from '#domain/booking/access.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { type Booked, confirm } from '#domain/booking/confirm.ts'
import { BookInput, CancelInput, RescheduleInput } from '#domain/booking/input.ts'
import { visit } from '#domain/booking/read.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import { contactGiven } from '#domain/booking/rules.ts'
import { env } from '#lib/env.ts'
import { bearerFor, guestFor, keyOf } from '../guest.ts'
import { Appointment, answers, BookedAppointment, failing, Id, IdParam, KeyHeader, secured, takes } from './shapes.ts'

const BookBody = z
  .strictObject({ holdId: Id, holdToken: z.string('token_missing').max(400), ...BookInput.shape })
  .refine((body) => contactGiven(body.patient, body.bookedBy), { path: ['patient', 'email'], error: 'contact_missing' })

const book = createRoute({
  method: 'post',
  path: '/appointments',
  summary: 'Book a held time',
  description:
    'The appointment keeps the id of the hold. An e-mail address or a phone number of the patient or of `bookedBy` is enough. A patient under 18 needs `bookedBy`, who is an adult.',
  request: { headers: KeyHeader, ...takes(BookBody) },
  responses: { 201: answers('Booked', BookedAppointment), ...failing(400, 404, 409, 410, 413) },
})

const read = createRoute({
  method: 'get',
  path: '/appointments/{id}',
  summary: 'Read an appointment',
  security: secured,
  request: { params: IdParam },
  responses: { 200: answers('The appointment', Appointment), ...failing(404) },
})

const move = createRoute({
  method: 'post',
  path: '/appointments/{id}/reschedule',
  summary: 'Move an appointment',
  description:
    'To another free time of the same listing and service; overlapping its own old time is fine. The id stays.',
  security: secured,
  request: { params: IdParam, headers: KeyHeader, ...takes(RescheduleInput) },
  responses: { 200: answers('Moved', Appointment), ...failing(400, 404, 409, 413) },
})

const callOff = createRoute({
  method: 'post',
  path: '/appointments/{id}/cancel',
  summary: 'Cancel an appointment',
  security: secured,
  request: { params: IdParam, headers: KeyHeader, ...takes(CancelInput) },
  responses: { 200: answers('Cancelled', Appointment), ...failing(400, 404, 409, 413) },
})

/** Booking: confirm, read, move, cancel. */
export function appointmentRoutes(api: OpenAPIHono): void {
  api.openapi(book, async (c) => {
    const key = keyOf(c)
    const { holdId, holdToken, ...input } = c.req.valid('json')
    const actor = await guestFor(c, holdToken, 'hold', holdId)
    const booked = await withGuest(actor, (tx) =>
      once(tx, { route: 'confirm', key, body: input }, () => confirm(tx, holdId, input)),
    )
    return c.json(withTokens(booked), 201)
  })

  api.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const actor = await bearerFor(c, 'appointment', id)
    const { status, startsAt, endsAt } = await withGuest(actor, (tx) => visit(tx, id))
    return c.json({ id, status, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }, 200)
  })

  api.openapi(move, async (c) => {
    const { id } = c.req.valid('param')
    const key = keyOf(c)
    const actor = await bearerFor(c, 'appointment', id)
    const input = c.req.valid('json')
    const moved = await withGuest(actor, (tx) =>
      once(tx, { route: 'reschedule', key, body: input }, () => reschedule(tx, id, input)),
    )
    return c.json(moved, 200)
  })

  api.openapi(callOff, async (c) => {
    const { id } = c.req.valid('param')
    const key = keyOf(c)
    const actor = await bearerFor(c, 'appointment', id)
    const input = c.req.valid('json')
    const gone = await withGuest(actor, (tx) =>
      once(tx, { route: 'cancel', key, body: input }, () => cancel(tx, id, input)),
    )
    return c.json(gone, 200)
  })
}

/** The tokens are made again from what is stored, so that a replay is byte-equal and nothing secret is kept. */
function withTokens({ id, tenantId, status, startsAt, endsAt, bookedAt }: Booked) {
  const made = { id, tenantId, bookedAt: new Date(bookedAt) }
  const manageUrl = new URL(linkPath(made), env().PUBLIC_URL).href
  return { id, status, startsAt, endsAt, manageToken: mintCapability(manageCapability(made)), manageUrl }
}
