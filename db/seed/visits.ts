import type { Random } from './random.ts'

/** Minutes since 1970, UTC. */
export type Minutes = number
export type Interval = { from: Minutes; until: Minutes }

/** What `visitsIn` needs to know of a service. */
export type VisitReason = {
  id: string
  name: string
  durationMinutes: number
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  stepMinutes: number
  modality: string
  audience: 'new' | 'returning' | 'both'
  minimumAgeYears: number
  maximumAgeYears: number
  /** What a visit keeps of it, as JSON text: kernel.offer_of. */
  offer: string
}

/** A visit from `startsAt` to `endsAt` that takes all of `takes`, buffers included. */
export type Visit = { service: VisitReason; startsAt: Minutes; endsAt: Minutes; takes: Interval }

type Candidate = { service: VisitReason; startsAt: Minutes; weight: number }

/** The first start on the service's grid at or after `cursor` with its buffer; `offset` is the zone's, east positive. */
function earliestStart(service: VisitReason, cursor: Minutes, offset: number): Minutes {
  const wall = cursor + service.bufferBeforeMinutes + offset
  return Math.ceil(wall / service.stepMinutes) * service.stepMinutes - offset
}

function candidatesAt(services: readonly VisitReason[], cursor: Minutes, until: Minutes, offset: number): Candidate[] {
  return services
    .map((service, index) => ({
      service,
      startsAt: earliestStart(service, cursor, offset),
      weight: index === 0 ? 5 : 2,
    }))
    .filter(({ service, startsAt }) => startsAt + service.durationMinutes + service.bufferAfterMinutes <= until)
}

/**
 * Fills one stretch of open time with visits, one after the other: each place for a visit is taken with the chance
 * `share`. At 1 no service fits into what is left. Starts are on the services' grids in a zone `offset` minutes east.
 */
export function visitsIn(
  open: Interval,
  services: readonly VisitReason[],
  share: number,
  offset: number,
  random: Random,
): Visit[] {
  const visits: Visit[] = []
  let cursor = open.from
  for (;;) {
    const candidates = candidatesAt(services, cursor, open.until, offset)
    if (candidates.length === 0) return visits
    const soonest = Math.min(...candidates.map((candidate) => candidate.startsAt))
    const { service, startsAt } = random.weighted(
      candidates
        .filter((candidate) => share < 1 || candidate.startsAt === soonest)
        .map((candidate) => [candidate, candidate.weight] as const),
    )
    const endsAt = startsAt + service.durationMinutes
    const takes = { from: startsAt - service.bufferBeforeMinutes, until: endsAt + service.bufferAfterMinutes }
    if (random.chance(share)) visits.push({ service, startsAt, endsAt, takes })
    cursor = takes.until
  }
}

/** What is left of `open` without `taken`; both sorted or not, the result is sorted. */
export function without(open: readonly Interval[], taken: readonly Interval[]): Interval[] {
  let left = [...open].sort((one, other) => one.from - other.from)
  for (const cut of taken) {
    left = left.flatMap((piece) =>
      cut.until <= piece.from || cut.from >= piece.until
        ? [piece]
        : [
            { from: piece.from, until: cut.from },
            { from: cut.until, until: piece.until },
          ].filter((rest) => rest.from < rest.until),
    )
  }
  return left
}
