import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { now, withPublic } from '#db/doors.ts'
import { freeTimes } from '#domain/availability/read.ts'
import { FindInput, TimesInput } from '#domain/directory/input.ts'
import { listingById } from '#domain/directory/read.ts'
import { helpFor } from '#domain/directory/red-flags.ts'
import { invalid } from '#lib/errors.ts'
import type { Found, Hit } from '#search/document.ts'
import { find } from '#search/postgres.ts'
import { answers, failing, IdParam, Listings, Times } from './shapes.ts'

const listListings = createRoute({
  method: 'get',
  path: '/listings',
  operationId: 'findListings',
  tags: ['Find'],
  summary: 'Find care',
  description:
    'What is published and matches, with the next times that are free at this moment. Words that sound like an emergency are answered with `redFlags` and no results.',
  request: { query: FindInput },
  responses: { 200: answers('A page of listings', Listings), ...failing() },
})

const listTimes = createRoute({
  method: 'get',
  path: '/listings/{id}/times',
  operationId: 'listTimes',
  tags: ['Find'],
  summary: 'The free times of a listing',
  description: 'Of one service, at this moment. Whether a time is still free is decided when it is held.',
  request: { params: IdParam, query: TimesInput },
  responses: { 200: answers('Free times, earliest first', Times), ...failing(404) },
})

/** Finding: listings and their free times. */
export function listingRoutes(api: OpenAPIHono): void {
  api.openapi(listListings, async (c) => {
    const query = c.req.valid('query')
    const redFlags = helpFor(query.q, query.near)
    const isWithheld = redFlags.length > 0 && query.notEmergency === undefined
    const page = isWithheld ? nothing() : pageOf(await withPublic((tx) => find(tx, query)))
    return c.json({ redFlags, isWithheld, ...page }, 200)
  })

  api.openapi(listTimes, async (c) => {
    const { id } = c.req.valid('param')
    const { service, from, to } = c.req.valid('query')
    const checkedAt = (await now()).toISOString()
    const [timeZone, times] = await withPublic(async (tx) => {
      const listing = await listingById(tx, id)
      const offered = listing.card.services.some((known) => known.id === service)
      if (!offered) throw invalid('/service', 'service_unknown')
      return [listing.timeZone, await freeTimes(tx, { listingIds: [id], serviceId: service, from, to })] as const
    })
    return c.json({ data: times.map(spanOf), timeZone, checkedAt }, 200)
  })
}

/** The page of a search whose results are withheld: it asks no database, so that it is there when that is down. */
const nothing = (): ReturnType<typeof pageOf> => ({
  data: [],
  total: { count: 0, more: false },
  facets: { specialty: [], language: [], more: false },
  interpretation: null,
  near: null,
  page: { next: null, hasMore: false },
  checkedAt: new Date().toISOString(),
})

const pageOf = ({ hits, total, facets, typed, near, page, checkedAt }: Found) => ({
  data: hits.map(listingOf),
  total,
  facets,
  interpretation: typed,
  near,
  page,
  checkedAt: checkedAt.toISOString(),
})

function listingOf({ id, slug, card, distanceKm, times }: Hit) {
  const { name, address, city, state, postalCode, lat, lng, timeZone } = card.location
  return {
    id,
    slug,
    name: card.name,
    organization: card.organization,
    location: { name, address: `${address}, ${city}, ${state} ${postalCode}`, lat, lng, timeZone },
    specialties: [card.specialty],
    languages: card.languages,
    acceptsNewPatients: card.acceptsNewPatients,
    services: card.services,
    distanceKm,
    nextTimes: times.map(({ serviceId, ...span }) => ({ serviceId, ...spanOf(span) })),
  }
}

const spanOf = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }) => ({
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
})
