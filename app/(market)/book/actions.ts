'use server'

import { redirect } from 'next/navigation'
import { attempt, meanwhile } from '#app/_server/action.ts'
import { confirmKey, keepBrowserSecret } from '#app/_server/confirm-key.ts'
import { dropCapability, keepCapability, keptGuest } from '#app/_server/guest.ts'
import { type GuestActor, guestActor } from '#db/actor.ts'
import { now, readAsGuest, withGuest, withPublic } from '#db/doors.ts'
import { once } from '#db/idempotency.ts'
import { holdCapability, manageCapability, newHoldCapability } from '#domain/booking/access.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { extendHold } from '#domain/booking/extendHold.ts'
import { type Held, hold } from '#domain/booking/hold.ts'
import { AnyForm, BookForm, type BookInput, HoldForm, type HoldInput, TimeChoiceText } from '#domain/booking/input.ts'
import { askerOf, type Caller, callerFrom } from '#domain/booking/limits.ts'
import { bookedUnder, heldVisit } from '#domain/booking/read.ts'
import { releaseHold } from '#domain/booking/releaseHold.ts'
import { listingById } from '#domain/directory/read.ts'
import { AppError, invalid } from '#lib/errors.ts'
import type { FormState } from '#lib/form.ts'
import { newId } from '#lib/ids.ts'

type Meta = { requestId: string; address: string }

async function takeHold(input: HoldInput, key: string, meta: Meta): Promise<Held> {
  const listing = await withPublic((tx) => listingById(tx, input.listingId))
  const visitor = guestActor(newHoldCapability(listing.tenantId, newId(), await now()), meta.requestId)
  const caller = callerFrom(meta.address)
  const held = await withGuest(
    visitor,
    (tx) => once(tx, { route: 'hold', key, body: input, caller: askerOf(caller) }, () => hold(tx, input, caller)),
    { claims: input.listingId },
  )
  await keepBrowserSecret()
  await keepCapability(holdCapability({ ...held, heldAt: new Date(held.heldAt) }))
  return held
}

async function book(actor: GuestActor, key: string, input: BookInput, caller: Caller): Promise<string> {
  const { id } = actor.capability
  const booked = await withGuest(actor, (tx) =>
    once(tx, { route: 'confirm', key, body: input }, () => confirm(tx, id, input, caller, true)),
  )
  await keepCapability(
    manageCapability({ ...booked, bookedAt: new Date(booked.bookedAt), endsAt: new Date(booked.endsAt) }),
  )
  await dropCapability('hold', id)
  return `/visit/${booked.id}`
}

function unlessOver(error: unknown): void {
  if (!(error instanceof AppError) || (error.code !== 'hold_expired' && error.code !== 'not_found')) throw error
}

/** More time when there is more to have; when not, the page says how it stands. */
async function extend(holdId: string): Promise<void> {
  const actor = await keptGuest('hold', holdId)
  await withGuest(actor, (tx) => extendHold(tx, holdId))
}

/** Who holds the time. Throws `conflict` when this browser booked it already, in another tab. */
async function holder(holdId: string): Promise<GuestActor> {
  const booked = await keptGuest('appointment', holdId).catch(() => undefined)
  if (booked) throw new AppError('conflict', 'already_booked')
  return keptGuest('hold', holdId)
}

/** A click on a time, from a result card or a profile: holds it and goes on to the form, or back to the profile, which shows what is free near it. */
export async function holdAction(form: FormData): Promise<void> {
  const state = await attempt(form, HoldForm, async ({ listingId, choice }, meta) => {
    const { key, ...wanted } = choice
    const held = await takeHold({ listingId, ...wanted }, key, meta)
    return `/book/${held.id}`
  })
  const listingId = String(form.get('listingId') ?? '')
  const [service = '', startsAt = ''] = String(form.get('choice') ?? '').split('~')
  const listing = await withPublic((tx) => listingById(tx, listingId)).catch(() => undefined)
  if (!listing) redirect('/find')
  const query = new URLSearchParams({ service, missed: startsAt, why: state.code ?? 'unknown' })
  redirect(`/p/${listing.slug}?${query}#times`)
}

/**
 * The booking form of a held time, or of an alternative that was picked instead. Its button `more` asks for ten more
 * minutes, thirty in all; the page shows what is left. Nothing typed is lost.
 */
export async function bookAction(holdId: string, _previous: FormState, form: FormData): Promise<FormState> {
  if (form.has('more')) return meanwhile(form, () => extend(holdId).catch(unlessOver))
  return attempt(form, BookForm, async ({ key, choice, book: input }, meta) => {
    const kept = await holder(holdId)
    if (choice === undefined) return book(kept, key, input, callerFrom(meta.address))
    const chosen = TimeChoiceText.safeParse(choice)
    if (!chosen.success) throw invalid('/choice', 'choice_missing')
    const { key: choiceKey, ...wanted } = chosen.data
    const { listingId } = await readAsGuest(kept, (tx) => heldVisit(tx, holdId))
    const held = await takeHold({ listingId, ...wanted }, choiceKey, meta)
    const actor = guestActor(holdCapability({ ...held, heldAt: new Date(held.heldAt) }), meta.requestId)
    return book(actor, choiceKey, input, callerFrom(meta.address))
  })
}

/** Opens the visit that this browser confirmed while the answer got lost: the hold's capability is exchanged for the visit's. */
export async function openBookedAction(holdId: string, form: FormData): Promise<void> {
  await attempt(form, AnyForm, async () => {
    const [actor, key] = await Promise.all([keptGuest('hold', holdId), confirmKey(holdId)])
    const booked = key && (await readAsGuest(actor, (tx) => bookedUnder(tx, holdId, key)))
    if (!booked) throw new AppError('not_found', 'visit_unknown')
    await keepCapability(
      manageCapability({ ...booked, bookedAt: new Date(booked.bookedAt), endsAt: new Date(booked.endsAt) }),
    )
    await dropCapability('hold', holdId)
    return `/visit/${holdId}`
  })
  redirect(`/book/${holdId}`)
}

/** Gives the time back and returns to the profile. */
export async function giveBackAction(holdId: string, slug: string, form: FormData): Promise<void> {
  await attempt(form, AnyForm, async () => {
    const actor = await keptGuest('hold', holdId)
    await withGuest(actor, (tx) => releaseHold(tx, holdId))
    await dropCapability('hold', holdId)
    return `/p/${slug}#times`
  })
  redirect(`/book/${holdId}`)
}
