/**
 * Drops what standard output and standard error cannot take, because the disk under them is full or their reader is gone:
 * without a listener each such line is an uncaught exception (Node 24).
 */
export function dropWhatCannotBeWritten(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount('error') === 0) stream.on('error', () => undefined)
  }
}
