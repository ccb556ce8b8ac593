import { setTimeout as sleep } from 'node:timers/promises'
import { closePools } from '#db/pool.ts'
import { faultOfLogin } from '#db/self-check.ts'
import { closeMail, mailState } from '#gateways/mail.ts'
import { env } from '#lib/env.ts'
import { log } from '#lib/log.ts'
import { alteredLogins, alteredPolicies, beat, endOverdue, type Health } from './heartbeat.ts'
import { Relay } from './relay.ts'
import { temporalClient, temporalState } from './temporal.ts'
import { installRuntime, TemporalWorker } from './temporal-worker.ts'

const beatEveryMs = 5_000
/** So many beats between two looks at a mail server that is well, and at the database's logins. */
const beatsPerLook = 6

/**
 * The worker process: the relay, the workflows when there is a Temporal, and a sign of life. Ends on SIGTERM or SIGINT,
 * and before it does anything when its login stands above the wall.
 */
async function main(): Promise<void> {
  const { TEMPORAL_ADDRESS, DATABASE_WORKER_URL } = env()
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())
  const fault = await faultOfLogin(DATABASE_WORKER_URL, stopping.signal)
  if (fault) throw new Error(fault)
  if (TEMPORAL_ADDRESS) installRuntime()
  const client = TEMPORAL_ADDRESS ? temporalClient(TEMPORAL_ADDRESS) : undefined
  const worker = TEMPORAL_ADDRESS ? new TemporalWorker(TEMPORAL_ADDRESS) : undefined
  const relay = new Relay(client)
  if (!client) log.warn({ part: 'temporal' }, 'TEMPORAL_ADDRESS is not set: bookings work, their messages wait')
  relay.start()
  worker?.start()
  let mail: Health['mail'] = 'away'
  let altered = ''
  let policies = ''
  const health = async (beats: number): Promise<Health> => {
    const asked = client ? temporalState(client) : 'off'
    // A mail server that is well is left in peace; one that is away is looked for with every beat.
    if (mail === 'away' || beats % beatsPerLook === 0) mail = await mailState()
    if (beats % beatsPerLook === 0) altered = await lookAtLogins(altered)
    if (beats % beatsPerLook === 0) policies = await lookAtPolicies(policies)
    if (beats % beatsPerLook === 0) await endWhatGoesOn()
    const temporal = await asked
    return {
      mail,
      // A worker goes on polling a server that went away: that it runs does not say that anyone answers.
      temporal: temporal === 'up' && !worker?.isUp ? 'away' : temporal,
      relay: relay.isActive ? 'active' : 'standby',
      alteredLogins: altered,
      alteredPolicies: policies,
    }
  }
  for (let beats = 0; !stopping.signal.aborted; beats += 1) {
    const now = await health(beats)
    await beat(now).catch((error: unknown) => log.debug({ part: 'heartbeat', err: error }, 'no heartbeat'))
    await sleep(beatEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
  }
  await Promise.all([relay.stop(), worker?.stop()])
  await client?.connection.close()
  closeMail()
  await closePools()
}

/** The logins that somebody changed, told in the log when they are others than `before`. */
async function lookAtLogins(before: string): Promise<string> {
  const altered = await alteredLogins().catch((error: unknown) => {
    log.warn({ part: 'postgres', err: error }, 'it is not known whether a login was changed')
    return before
  })
  if (altered && altered !== before)
    log.error({ part: 'postgres', reason: altered }, 'the password or a setting of a login was changed')
  return altered
}

/** The row policies that somebody changed, told in the log when they are others than `before`. */
async function lookAtPolicies(before: string): Promise<string> {
  const altered = await alteredPolicies().catch((error: unknown) => {
    log.warn({ part: 'postgres', err: error }, 'it is not known whether a row policy was changed')
    return before
  })
  if (altered && altered !== before)
    log.error({ part: 'postgres', reason: altered }, 'a row policy is not as the migrations left it')
  return altered
}

async function endWhatGoesOn(): Promise<void> {
  const ended = await endOverdue().catch((error: unknown) => {
    log.warn({ part: 'postgres', err: error }, 'it is not known whether a transaction goes on for too long')
    return 0
  })
  if (ended > 0)
    log.error({ part: 'postgres', count: ended }, 'transactions lifted their own time limits and were ended')
}

try {
  await main()
} catch (error) {
  log.fatal({ err: error }, 'the worker ends')
  process.exitCode = 1
}
log.flush()
