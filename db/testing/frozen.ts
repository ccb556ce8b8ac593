/**
 * Stops the given backends of the test's own Postgres where they are, as a failover or a cut network looks from outside:
 * nothing ends and nothing answers. Gives the function that lets them go on, which must be called.
 */
export function freeze(pids: readonly number[]): () => void {
  // 0 and -1 name whole groups of processes.
  if (pids.some((pid) => pid <= 1)) throw new Error('That is no backend.')
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  return () => {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
}
