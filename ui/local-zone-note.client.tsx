'use client'

import { useSyncExternalStore } from 'react'
import { sameClock, whenLabel } from '#lib/time.ts'

const never = () => () => {}
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
const unknown = () => undefined

/**
 * The same instant on the visitor's own clock, shown only where that differs from the clinic's.
 * `words` holds {when}: "On your clock: {when}".
 */
export function LocalZoneNote({
  instant,
  zone,
  locale,
  words,
}: {
  instant: string
  zone: string
  locale: string
  words: string
}) {
  const own = useSyncExternalStore(never, ownZone, unknown)
  const at = new Date(instant)
  if (!own || sameClock(at, own, zone)) return null
  return <p className="text-ink-soft">{words.replace('{when}', whenLabel(at, own, locale))}</p>
}
