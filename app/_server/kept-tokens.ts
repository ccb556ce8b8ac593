import type { Capability } from '#db/capability.ts'

/** A browser's tokens, the newest first. */
export type Kept = readonly string[]

/** What a token says it opens; `readCapability` finds out whether that is true. */
export type Named = { kind: 'hold' | 'appointment'; id: string }

/** So many of each are kept: together they stay below the 4,096 bytes that a browser takes for one cookie. */
const most = { appointment: 20, hold: 4 } as const
const shape = /^v1\.(hold|appointment)\.[\da-f-]{36}\.([\da-f-]{36})\.\d{1,4}\.\d{10}\.[\w-]{43}$/

function namedBy(token: string): Named | undefined {
  const [, kind, id] = shape.exec(token) ?? []
  return kind && id ? { kind: kind as Named['kind'], id } : undefined
}

/** The oldest of each kind drop out; so does what no capability looks like. */
function bounded(tokens: Kept): Kept {
  const left: Record<Named['kind'], number> = { ...most }
  return tokens.filter((token) => {
    const named = namedBy(token)
    return named !== undefined && left[named.kind]-- > 0
  })
}

/** Reads the cookie's value. Whatever it holds, what comes out is bounded and looks like tokens. */
export const keptOf = (value: string): Kept => bounded(value.slice(0, 4_096).split('~'))

/** How the cookie holds them. */
export const cookieOf = (tokens: Kept): string => tokens.join('~')

/** The token for this row, if there is one. */
export const tokenFor = (tokens: Kept, { kind, id }: Named): string | undefined =>
  tokens.find((token) => namedBy(token)?.kind === kind && namedBy(token)?.id === id)

/** All but the one for this row. */
export const without = (tokens: Kept, row: Named): Kept => tokens.filter((token) => token !== tokenFor(tokens, row))

/** With this capability's token as the newest, in place of one for the same row. */
export function withToken(tokens: Kept, token: string, row: Pick<Capability, 'kind' | 'id'>): Kept {
  const { kind, id } = row
  return bounded([token, ...(kind === 'link' || kind === 'mailed' ? tokens : without(tokens, { kind, id }))])
}
