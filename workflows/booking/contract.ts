import type { VisitNews } from '#domain/notification/rules.ts'

/** One run at a time for each visit, under an id that anyone can work out. */
export const bookingId = (appointmentId: string): string => `booking/${appointmentId}`

export const bookingWorkflow = 'booking'
export const newsSignal = 'news'

export type BookingInput = { tenantId: string; appointmentId: string }

/** Something happened to the visit. `id` is the outbox row's: the same news twice counts once. */
export type BookingNews = { id: string; news: VisitNews; requestId: string }

/** Why a message was given up: the mail server was away for hours, or something of ours failed. */
export type UndeliveredOutcome = 'mail_down' | 'unexpected'
