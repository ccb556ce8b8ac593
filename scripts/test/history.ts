/** What Temporal keeps of one run, as text for a file: an event a line, bytes as base64, without what names a machine. */
export const historyText = (history: { events?: object[] | null }): string =>
  `{"events":[\n${(history.events ?? []).map((event) => JSON.stringify(plain(event))).join(',\n')}\n]}\n`

/** A history from its text, as the SDK's replay takes it. */
export const historyFrom = (text: string): object =>
  JSON.parse(text, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'base64' in value
      ? Buffer.from(String(value.base64), 'base64')
      : value,
  )

const ofTheMachine = new Set(['identity', 'stackTrace'])

// The SDK's messages turn themselves into another JSON when they are asked; their own fields are what replay takes.
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, ofTheMachine.has(name) ? '' : plain(inner)]),
  )
}
