import { z } from '@hono/zod-openapi'

/** What every answer of the API is made of. */
const Instant = z.iso.datetime().openapi({ example: '2026-11-24T19:20:00.000Z' })

export const Id = z.uuid('id_shape').openapi({ example: '01998f2a-7c1e-7b3a-9d55-0c7a1f2b3c4d' })

export const IdParam = z.strictObject({ id: Id.openapi({ param: { name: 'id', in: 'path' } }) })

const FreeTime = z.object({ startsAt: Instant, endsAt: Instant }).openapi('FreeTime')

const Service = z
  .object({
    id: Id,
    name: z.string(),
    durationMinutes: z.int(),
    modality: z.enum(['in-person', 'video', 'phone']),
    price: z.object({ amount: z.int().openapi({ description: 'In minor units.' }), currency: z.string() }).nullable(),
  })
  .openapi('Service')

const Listing = z
  .object({
    id: Id,
    slug: z.string(),
    name: z.string(),
    organization: z.string(),
    location: z.object({
      name: z.string(),
      address: z.string(),
      lat: z.number(),
      lng: z.number(),
      timeZone: z.string().openapi({ example: 'America/New_York' }),
    }),
    specialties: z.array(z.string()),
    languages: z.array(z.string()),
    acceptsNewPatients: z.boolean(),
    services: z.array(Service),
    distanceKm: z.number().nullable().openapi({ description: 'Along the sphere; null without `near`.' }),
    nextTimes: z.array(z.object({ serviceId: Id, startsAt: Instant, endsAt: Instant })),
  })
  .openapi('Listing')

/** What a text sounds like, and whom to call. */
const RedFlags = z
  .array(
    z.object({
      flag: z.enum(['crisis', 'poison', 'assault', 'violence', 'emergency']),
      call: z.string(),
      takesTexts: z.boolean(),
    }),
  )
  .openapi('RedFlags', {
    description:
      'What the person’s words sound like, the most pressing first: show whom to call (988 for a crisis, Poison Help for a poisoning, RAINN for a sexual assault, the National Domestic Violence Hotline for violence at home, 911) before anything else. Empty when they sound harmless.',
    example: [{ flag: 'emergency', call: '911', takesTexts: false }],
  })

export const Listings = z
  .object({
    redFlags: RedFlags,
    isWithheld: z.boolean().openapi({
      description:
        'The words are a red flag, so that no results are given. Ask again with `notEmergency=yes` once the person says that it is no emergency.',
    }),
    data: z.array(Listing),
    total: z
      .object({ count: z.int(), more: z.boolean() })
      .openapi({ description: 'How many match, counted up to 2,000; `more` when there are others.' }),
    facets: z.object({
      specialty: z.array(z.object({ value: z.string(), name: z.string(), count: z.int() })),
      language: z.array(z.object({ value: z.string(), count: z.int() })),
      more: z.boolean().openapi({ description: 'Counted over 2,000 candidates; there are others.' }),
    }),
    interpretation: z
      .object({
        words: z.array(z.string()),
        corrected: z.array(z.object({ from: z.string(), to: z.string() })),
        ignored: z.array(z.string()),
      })
      .nullable()
      .openapi({ description: 'How `q` was read: typos corrected, words that nothing is called left out.' }),
    near: z
      .object({ lat: z.number(), lng: z.number(), label: z.string() })
      .nullable()
      .openapi({ description: 'The place that distances are measured from.' }),
    page: z.object({ next: z.string().nullable(), hasMore: z.boolean() }),
    checkedAt: Instant,
  })
  .openapi('Listings')

export const Times = z.object({ data: z.array(FreeTime), timeZone: z.string(), checkedAt: Instant }).openapi('Times')

export const Hold = z
  .object({ id: Id, token: z.string(), expiresAt: Instant, startsAt: Instant, endsAt: Instant })
  .openapi('Hold')

export const Extended = z.object({ expiresAt: Instant }).openapi('Extended')

const status = z.string().openapi({
  description: 'FHIR R4 appointmentstatus; an open set.',
  example: 'booked',
})

export const Appointment = z.object({ id: Id, status, startsAt: Instant, endsAt: Instant }).openapi('Appointment')

export const CancelledAppointment = Appointment.extend({ redFlags: RedFlags }).openapi('CancelledAppointment')

export const BookedAppointment = Appointment.extend({
  manageToken: z.string(),
  manageUrl: z.url(),
}).openapi('BookedAppointment')

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
    alternatives: z.array(FreeTime).optional(),
    phone: z.string().optional(),
    redFlags: RedFlags.optional(),
  })
  .openapi('Problem')

const meanings = {
  400: 'Not a call that can be read: broken JSON, no Idempotency-Key of 16–255 characters, or an Idempotency-Secret that is not 32–255.',
  404: 'Unknown, or not for this token.',
  409: 'Someone else has the time (`slot_taken`, with alternatives), or it is not allowed now.',
  410: 'The hold ran out (`hold_expired`).',
  413: 'The body is too large.',
  415: 'The body is not `application/json`.',
  422: 'A field is wrong (`invalid`, each named in `errors`), or the key came with another body.',
  429: 'Too many calls or holds; `Retry-After` says when to come again.',
  500: 'Our fault; tell us the `requestId`.',
  503: 'Cannot be done just now; `Retry-After` says when to come again.',
} as const

type Failing = keyof typeof meanings

/** The failures of a route, as the contract tells them. Every route can answer 422, 429, 500 and 503. */
export const failing = (...statuses: Failing[]) => {
  const all = [...new Set<Failing>([...statuses, 422, 429, 500, 503])].sort()
  return Object.fromEntries(
    all.map((code) => [
      code,
      { description: meanings[code], content: { 'application/problem+json': { schema: Problem } } },
    ]),
  ) as Record<Failing, { description: string; content: { 'application/problem+json': { schema: typeof Problem } } }>
}

/** A JSON answer in the contract. */
export const answers = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A JSON body in the contract, with an example. */
export const takes = <S extends z.ZodType>(schema: S, example: z.input<S>) => ({
  body: { required: true, content: { 'application/json': { schema, example } } },
})

/** The header that makes a POST safe to repeat. */
export const KeyHeader = z.object({
  'Idempotency-Key': z.string().min(16).max(255).openapi({
    description: 'A new one for each thing that you want done; the same one to repeat it.',
    example: 'c0a8012e-5b1f-4d0e-9a77-4f1d2e3c4b5a',
  }),
})

/** Nobody is known yet when a time is held, so the key is tied to the address or to a secret of the client's. */
export const HoldKeyHeader = KeyHeader.extend({
  'Idempotency-Secret': z.string().min(32).max(255).optional().openapi({
    description:
      'A secret of your own, the same for all your calls. With it the key counts for whoever sends this secret, from any address; without it, for your address.',
    example: 'b8f9b1d0c64f4a7f9a0d6f5e8c7b2a10',
  }),
})

export const secured = [{ capability: [] }]
