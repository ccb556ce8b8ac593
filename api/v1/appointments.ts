import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { mintCapability } from '#db/capability.ts'
import { once } from '#db/idempotency.ts'
import { linkPath, manageCapability } from '#domain/booking/access.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { type Booked, confirm } from '#domain/booking/confirm.ts'
import { BookInput, CancelInput, RescheduleInput } from '#domain/booking/input.ts'
import { callerFrom } from '#domain/booking/limits.ts'
import { glance } from '#domain/booking/read.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import { contactGiven } from '#domain/booking/rules.ts'
import { helpFor } from '#domain/directory/red-flags.ts'
import { lastHop } from '#lib/address.ts'
import { env } from '#lib/env.ts'
import { asCarrier, asReader, bearerOf } from '../guest.ts'
import {
  Appointment,
  answers,
  BookedAppointment,
  CancelledAppointment,
  failing,
  Id,
  IdParam,
  KeyHeader,
  secured,
  takes,
} from './shapes.ts'

const BookBody = z
  .strictObject({ holdId: Id, holdToken: z.string('token_missing').max(400), ...BookInput.shape })
  .refine((body) => contactGiven(body.patient, body.bookedBy), { path: ['patient', 'email'], error: 'contact_missing' })

const book = createRoute({
  method: 'post',
  path: '/appointments',
  operationId: 'bookAppointment',
  tags: ['Book'],
  summary: 'Book a held time',
  description:
    'The appointment keeps the id of the hold. An e-mail address or a phone number of the patient or of `bookedBy` is enough. A patient under 18 needs `bookedBy`, who is an adult. `manageToken` opens the appointment from then on; `manageUrl` is the page for people.',
  request: {
    headers: KeyHeader,
    ...takes(BookBody, {
      holdId: '01998f2a-7c1e-7b3a-9d55-0c7a1f2b3c4d',
      holdToken: 'v1.hold.…',
      patient: { givenName: 'Ada', familyName: 'Lovelace', email: 'ada@example.org', birthDate: '1984-02-29' },
      acknowledged: [{ document: 'terms', version: '2026-11-01' }],
    }),
  },
  responses: { 201: answers('Booked', BookedAppointment), ...failing(400, 404, 409, 410, 413, 415) },
})

const read = createRoute({
  method: 'get',
  path: '/appointments/{id}',
  operationId: 'readAppointment',
  tags: ['Book'],
  summary: 'Read an appointment',
  security: secured,
  request: { params: IdParam },
  responses: { 200: answers('The appointment', Appointment), ...failing(404) },
})

const move = createRoute({
  method: 'post',
  path: '/appointments/{id}/reschedule',
  operationId: 'rescheduleAppointment',
  tags: ['Book'],
  summary: 'Move an appointment',
  description:
    'To another free time of the same listing and service; overlapping its own old time is fine. The id stays.',
  security: secured,
  request: { params: IdParam, headers: KeyHeader, ...takes(RescheduleInput, { startsAt: '2026-11-25T16:00:00.000Z' }) },
  responses: { 200: answers('Moved', Appointment), ...failing(400, 404, 409, 413, 415) },
})

const callOff = createRoute({
  method: 'post',
  path: '/appointments/{id}/cancel',
  operationId: 'cancelAppointment',
  tags: ['Book'],
  summary: 'Cancel an appointment',
  description:
    'Its time is free at once. Cancelling what is cancelled answers the same. A reason that sounds like an emergency cancels too, and is answered with `redFlags`.',
  security: secured,
  request: { params: IdParam, headers: KeyHeader, ...takes(CancelInput, { reason: 'I feel better' }) },
  responses: { 200: answers('Cancelled', CancelledAppointment), ...failing(400, 404, 409, 413, 415) },
})

/** Booking: confirm, read, move, cancel. */
export function appointmentRoutes(api: OpenAPIHono): void {
  api.openapi(book, async (c) => {
    const key = c.req.valid('header')['Idempotency-Key']
    const { holdId, holdToken, ...input } = c.req.valid('json')
    const caller = callerFrom(lastHop(c.req.header('x-forwarded-for')))
    const booked = await asCarrier(c, { token: holdToken, kind: 'hold', id: holdId }, (tx) =>
      once(tx, { route: 'confirm', key, body: input }, () => confirm(tx, holdId, input, caller)),
    )
    return c.json(withTokens(booked), 201)
  })

  api.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const seen = await asReader(c, { token: bearerOf(c), kind: 'appointment', id }, (tx) => glance(tx, id))
    const { status, startsAt, endsAt } = seen
    return c.json({ id, status, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }, 200)
  })

  api.openapi(move, async (c) => {
    const { id } = c.req.valid('param')
    const key = c.req.valid('header')['Idempotency-Key']
    const input = c.req.valid('json')
    const moved = await asCarrier(c, { token: bearerOf(c), kind: 'appointment', id }, (tx) =>
      once(tx, { route: 'reschedule', key, body: input }, () =>
        reschedule(tx, id, input, callerFrom(lastHop(c.req.header('x-forwarded-for')))),
      ),
    )
    return c.json(moved, 200)
  })

  api.openapi(callOff, async (c) => {
    const { id } = c.req.valid('param')
    const key = c.req.valid('header')['Idempotency-Key']
    const input = c.req.valid('json')
    const gone = await asCarrier(c, { token: bearerOf(c), kind: 'appointment', id }, (tx) =>
      once(tx, { route: 'cancel', key, body: input }, () => cancel(tx, id, input)),
    )
    return c.json({ ...gone, redFlags: helpFor(input.reason) }, 200)
  })
}

/** The tokens are made again from what is stored, so that a replay is byte-equal and nothing secret is kept. */
function withTokens({ id, tenantId, status, startsAt, endsAt, bookedAt }: Booked) {
  const made = { id, tenantId, bookedAt: new Date(bookedAt), endsAt: new Date(endsAt) }
  const manageUrl = new URL(linkPath(made), env().PUBLIC_URL).href
  return { id, status, startsAt, endsAt, manageToken: mintCapability(manageCapability(made)), manageUrl }
}
