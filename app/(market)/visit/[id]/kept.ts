import { cache } from 'react'
import { keptGuest } from '#app/_server/guest.ts'
import { readAsGuest } from '#db/doors.ts'
import { type Visit, visit } from '#domain/booking/read.ts'
import { AppError } from '#lib/errors.ts'

/** The visit whose key this browser holds, or undefined: then the page says how to open it. Read once a request. */
export const keptVisit = cache(async (id: string): Promise<Visit | undefined> => {
  try {
    const actor = await keptGuest('appointment', id)
    return await readAsGuest(actor, (tx) => visit(tx, id))
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
})
