const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Says one line to the person at the terminal. */
export const say = (line: string): void => console.log(line)

/** A thing said while a step goes on: at most one line in 5 s, so that a log file stays readable. */
export type Progress = (text: string) => void

/**
 * Runs one step and prints one line with its time when it is done. A step that takes longer than a second announces
 * itself first. What it throws goes through, after a line that names the step.
 */
export async function step<T>(name: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const begun = performance.now()
  let lastSaid = begun
  const announce = setTimeout(() => say(`… ${name}`), 1_000)
  const progress: Progress = (text) => {
    if (performance.now() - lastSaid < 5_000) return
    lastSaid = performance.now()
    say(`… ${name}: ${text}`)
  }
  try {
    const result = await work(progress)
    say(`✓ ${name}  ${seconds(begun)}`)
    return result
  } catch (error) {
    say(`✗ ${name}  ${seconds(begun)}`)
    throw error
  } finally {
    clearTimeout(announce)
  }
}
