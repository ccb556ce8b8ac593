import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { guestActor } from '#db/actor.ts'
import { mintCapability } from '#db/capability.ts'
import { now, withGuest, withPublic } from '#db/doors.ts'
import { once } from '#db/idempotency.ts'
import { holdCapability, newHoldCapability } from '#domain/booking/access.ts'
import { extendHold } from '#domain/booking/extendHold.ts'
import { type Held, hold } from '#domain/booking/hold.ts'
import { HoldInput } from '#domain/booking/input.ts'
import { askerOf, callerFrom } from '#domain/booking/limits.ts'
import { releaseHold } from '#domain/booking/releaseHold.ts'
import { listingById } from '#domain/directory/read.ts'
import { lastHop } from '#lib/address.ts'
import { newId } from '#lib/ids.ts'
import { asCarrier, bearerOf } from '../guest.ts'
import { requestIdOf } from '../problem.ts'
import { answers, Extended, failing, Hold, HoldKeyHeader, IdParam, secured, takes } from './shapes.ts'

const createHold = createRoute({
  method: 'post',
  path: '/holds',
  operationId: 'createHold',
  tags: ['Hold'],
  summary: 'Hold a time',
  description:
    'Keeps a free time for ten minutes. No account and no name are needed. The Idempotency-Key counts for your address, or for your Idempotency-Secret when you send one.',
  request: {
    headers: HoldKeyHeader,
    ...takes(HoldInput, {
      listingId: '01998f2a-7c1e-7b3a-9d55-0c7a1f2b3c4d',
      serviceId: '01998f2a-7c1e-7b3a-9d55-0c7a1f2b3c4e',
      startsAt: '2026-11-24T19:20:00.000Z',
    }),
  },
  responses: { 201: answers('Held', Hold), ...failing(400, 404, 409, 413, 415) },
})

const extend = createRoute({
  method: 'post',
  path: '/holds/{id}/extend',
  operationId: 'extendHold',
  tags: ['Hold'],
  summary: 'Ask for more time',
  description: 'Ten minutes from now, at most thirty in all.',
  security: secured,
  request: { params: IdParam },
  responses: { 200: answers('Extended', Extended), ...failing(404, 410) },
})

const giveBack = createRoute({
  method: 'delete',
  path: '/holds/{id}',
  operationId: 'releaseHold',
  tags: ['Hold'],
  summary: 'Give a held time back',
  description: 'It is free at once. Harmless when the hold is gone already.',
  security: secured,
  request: { params: IdParam },
  responses: { 204: { description: 'Given back' }, ...failing(404) },
})

/** Holding: take, extend, give back. */
export function holdRoutes(api: OpenAPIHono): void {
  api.openapi(createHold, async (c) => {
    const key = c.req.valid('header')['Idempotency-Key']
    const input = c.req.valid('json')
    const caller = callerFrom(lastHop(c.req.header('x-forwarded-for')))
    const asker = askerOf(caller, c.req.valid('header')['Idempotency-Secret'])
    const { tenantId } = await withPublic((tx) => listingById(tx, input.listingId))
    const visitor = guestActor(newHoldCapability(tenantId, newId(), await now()), requestIdOf(c))
    const held = await withGuest(
      visitor,
      (tx) => once(tx, { route: 'hold', key, body: input, caller: asker }, () => hold(tx, input, caller)),
      { claims: input.listingId },
    )
    return c.json(withToken(held), 201)
  })

  api.openapi(extend, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(await asCarrier(c, { token: bearerOf(c), kind: 'hold', id }, (tx) => extendHold(tx, id)), 200)
  })

  api.openapi(giveBack, async (c) => {
    const { id } = c.req.valid('param')
    await asCarrier(c, { token: bearerOf(c), kind: 'hold', id }, (tx) => releaseHold(tx, id))
    return c.body(null, 204)
  })
}

/** The token is made again from what is stored, so that a replay is byte-equal and nothing secret is kept. */
const withToken = ({ id, tenantId, heldAt, expiresAt, startsAt, endsAt }: Held) => ({
  id,
  token: mintCapability(holdCapability({ id, tenantId, heldAt: new Date(heldAt) })),
  expiresAt,
  startsAt,
  endsAt,
})
