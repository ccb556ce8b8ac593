import { ApplicationFailure } from '@temporalio/client'
import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import { AppError, type ErrorCode } from '#lib/errors.ts'
import { log } from '#lib/log.ts'

/** What trying again may change; every other code says that the request itself is wrong. */
const passing: ReadonlySet<ErrorCode> = new Set(['unavailable', 'limit', 'conflict'])

/**
 * What a workflow's history keeps of an activity's error: its code and message key, never its text or details, which
 * may hold what a person typed. Codes that the caller must mend are not tried again; the rest is told to the log.
 */
export function asFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error
  if (!(error instanceof AppError)) return ApplicationFailure.create({ type: 'unexpected', message: 'unexpected' })
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !passing.has(error.code),
  })
}

/** Turns every error of an activity into a failure that may stand in a history. */
export const failures: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input)
      } catch (error) {
        const { workflowId, runId } = info.workflowExecution ?? {}
        log.warn({ step: info.activityType, attempt: info.attempt, workflowId, runId, err: error }, 'activity failed')
        throw asFailure(error)
      }
    },
  },
})
