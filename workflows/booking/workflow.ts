import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  rootCause,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type * as activities from './activities.ts'
import { type BookingInput, type BookingNews, newsSignal, type UndeliveredOutcome } from './contract.ts'

// Reading and recording end only when the database answers. Reading is so short that it stays inside the workflow's own
// step, which halves what a booking asks of Temporal.
const { nextReminder } = proxyLocalActivities<typeof activities>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumInterval: '1 minute' },
})
const { giveUp } = proxyActivities<typeof activities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '1 minute' },
})
// A mail server that is away for half a day makes the message one that reached nobody.
const { tell, remind } = proxyActivities<typeof activities>({
  startToCloseTimeout: '20 seconds',
  scheduleToCloseTimeout: '12 hours',
  retry: { maximumInterval: '5 minutes' },
})

/** A reminder that is due again right after it was dealt with would turn the loop as fast as it can. */
const shortestRepeatMs = 60_000

/**
 * The messages of one visit: what happened to it is told as it happens, then each reminder at its time. It ends when
 * nothing is left to say, so with the visit or its cancellation; later news begin a new run, which says nothing twice.
 */
export async function booking({ tenantId, appointmentId }: BookingInput): Promise<void> {
  const news: BookingNews[] = []
  const heard = new Set<string>()
  setHandler(defineSignal<[BookingNews]>(newsSignal), (item) => {
    if (!heard.has(item.id)) news.push(item)
    heard.add(item.id)
  })
  const orGiveUp = (message: Promise<void>): Promise<void> =>
    message.catch((error: unknown) => giveUp(tenantId, appointmentId, undeliveredBecause(error)))
  for (let reminded = ''; ; ) {
    for (let item = news.shift(); item; item = news.shift()) await orGiveUp(tell(tenantId, appointmentId, item))
    const reminder = await nextReminder(tenantId, appointmentId)
    if (news.length > 0) continue
    if (!reminder) return
    // A visit that was moved or cancelled meanwhile ends the wait; the plan is made anew.
    const waitMs = Math.max(reminder.waitMs, reminder.kind === reminded ? shortestRepeatMs : 1)
    if (await condition(() => news.length > 0, waitMs)) continue
    await orGiveUp(remind(tenantId, appointmentId, reminder.kind))
    reminded = reminder.kind
    if (workflowInfo().continueAsNewSuggested && news.length === 0)
      return continueAsNew<typeof booking>({ tenantId, appointmentId })
  }
}

/** Only the mail gateway's own word (also as the last failure before the time limit) means that mail was down. */
const undeliveredBecause = (error: unknown): UndeliveredOutcome =>
  rootCause(error) === 'mail_unavailable' ? 'mail_down' : 'unexpected'
