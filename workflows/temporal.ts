import { type Client, Connection, isGrpcServiceError, Client as TemporalClient } from '@temporalio/client'
import { type BookingInput, type BookingNews, bookingId, bookingWorkflow, newsSignal } from './booking/contract.ts'

export const taskQueue = 'medley'
const answerWithinMs = 5_000
const lookWithinMs = 3_000
/** gRPC's codes for a request that is wrong in itself; every other failure is the server's, and passes. */
const wrongInItself = new Set([3, 9, 11])

/** The way to Temporal. Nothing is opened until the first call; a server that was away is found again. */
export function temporalClient(address: string): Client {
  const connection = Connection.lazy({
    address,
    connectTimeout: answerWithinMs,
    // Left alone, the pauses between attempts grow to two minutes, and bookings would wait that long after a return.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 500, 'grpc.max_reconnect_backoff_ms': 2_000 },
  })
  return new TemporalClient({ connection })
}

/**
 * Tells the visit's workflow some news, beginning its run when there is none. Telling again is harmless. Throws within
 * five seconds when Temporal does not answer.
 */
export async function tellBooking(client: Client, input: BookingInput, news: BookingNews): Promise<void> {
  const connection = client.connection as Connection
  await connection.withDeadline(Date.now() + answerWithinMs, () =>
    client.workflow.signalWithStart(bookingWorkflow, {
      taskQueue,
      workflowId: bookingId(input.appointmentId),
      args: [input],
      signal: newsSignal,
      signalArgs: [news],
    }),
  )
}

/** Whether the server answers at this moment, asked within three seconds. */
export async function temporalState(client: Client): Promise<'up' | 'away'> {
  const connection = client.connection as Connection
  return connection
    .withDeadline(Date.now() + lookWithinMs, () => connection.workflowService.getSystemInfo({}))
    .then(
      () => 'up',
      () => 'away',
    )
}

/** Whether the failure of a call to Temporal will pass by itself: it is away, starting or busy. */
export function isAway(error: unknown): boolean {
  const cause = isGrpcServiceError(error) ? error : (error as { cause?: unknown } | undefined)?.cause
  return isGrpcServiceError(cause) && !wrongInItself.has(cause.code)
}
