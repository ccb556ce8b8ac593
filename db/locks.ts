/**
 * The advisory locks of a database (`bootstrap`: of a cluster), each under a number of its own: two kinds of work under one
 * number would wait for each other for ever.
 */
export const locks = {
  /** Whoever makes or changes roles. */
  bootstrap: 7_360_001,
  /** Whoever migrates. */
  migrate: 7_360_002,
  /** Whoever seeds. */
  seed: 7_360_003,
  /** The one active relay, for as long as it lives. */
  relay: 7_360_004,
} as const
