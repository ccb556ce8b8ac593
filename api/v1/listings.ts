import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { now, withPublic } from '#db/doors.ts'
import { freeTimes } from '#domain/availability/read.ts'
import { FindInput, TimesInput } from '#domain/directory/input.ts'
import { listingById } from '#domain/directory/read.ts'
import { invalid } from '#lib/errors.ts'
import type { Found, Hit } from '#search/document.ts'
import { find } from '#search/postgres.ts'
import { answers, failing, IdParam, Listings, Times } from './shapes.ts'

const listListings = createRoute({
  method: 'get',
  path: '/listings',
  summary: 'Find care',
  description: 'What is published and matches, with the next times that are free at this moment.',
  request: { query: FindInput },
  responses: { 200: answers('A page of listings', Listings), ...failing() },
})

const listTimes = createRoute({
  method: 'get',
  path: '/listings/{id}/times',
  summary: 'The free times of a listing',
  request: { params: IdParam, query: TimesInput },
  responses: { 200: answers('Free times, earliest first', Times), ...failing(404) },
})

/** Finding: listings and their free times. */
export function listingRoutes(api: OpenAPIHono): void {
  api.openapi(listListings, async (c) => {
    const found = await withPublic((tx) => find(tx, c.req.valid('query')))
    return c.json(pageOf(found), 200)
  })

  api.openapi(listTimes, async (c) => {
    const { id } = c.req.valid('param')
    const { service, from, to } = c.req.valid('query')
    const [listing, times] = await withPublic(async (tx) => {
      const listing = await listingById(tx, id)
      const offered = listing.card.services.some((known) => known.id === service)
      if (!offered) throw invalid('/service', 'service_unknown')
      return [listing, await freeTimes(tx, { listingIds: [id], serviceId: service, from, to })] as const
    })
    const data = times.map(({ startsAt, endsAt }) => ({
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
    }))
    return c.json({ data, timeZone: listing.timeZone, checkedAt: (await now()).toISOString() }, 200)
  })
}

const pageOf = ({ hits, facets, typed, page, checkedAt }: Found) => ({
  data: hits.map(listingOf),
  facets,
  interpretation: typed && { words: typed.words, corrected: typed.corrected },
  page,
  checkedAt: checkedAt.toISOString(),
})

function listingOf({ id, slug, card, distanceKm, times }: Hit) {
  const { name, address, city, state, postalCode, lat, lng, timeZone } = card.location
  return {
    ...{ id, slug, name: card.name, organization: card.organization },
    location: { name, address: `${address}, ${city}, ${state} ${postalCode}`, lat, lng, timeZone },
    specialties: [card.specialty],
    languages: card.languages,
    acceptsNewPatients: card.acceptsNewPatients,
    services: card.services,
    distanceKm,
    nextTimes: times.map(({ serviceId, startsAt, endsAt }) => ({
      serviceId,
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
    })),
  }
}
