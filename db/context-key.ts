import postgres from 'postgres'

export type ContextKey = { kid: string; secret: string }

/** Reads `kid:hex` (CONTEXT_KEY). Throws on another shape or fewer than 32 bytes. */
export function parseContextKey(text: string): ContextKey {
  const [kid, secret, ...rest] = text.split(':')
  if (!kid || !secret || rest.length > 0 || !/^[a-z0-9]{1,16}$/.test(kid) || !/^([0-9a-f]{2}){32,}$/i.test(secret)) {
    throw new Error('CONTEXT_KEY must be kid:hex with at least 32 bytes.')
  }
  return { kid, secret }
}

/**
 * Makes Postgres accept contexts signed with this key, beside those it already knows. `retireOthersAfter` (an instant)
 * lets the other keys live until then, which is how a key is rotated.
 */
export async function installContextKey(ownerUrl: string, key: ContextKey, retireOthersAfter?: Date): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    await owner.begin(async (tx) => {
      await tx`set local role medley_ctx`
      await tx`
        insert into ctx.key (kid, secret) values (${key.kid}, decode(${key.secret}, 'hex'))
        on conflict (kid) do update set secret = excluded.secret, not_after = null`
      if (retireOthersAfter) {
        await tx`update ctx.key set not_after = least(coalesce(not_after, 'infinity'), ${retireOthersAfter}) where kid <> ${key.kid}`
      }
    })
  } finally {
    await owner.end({ timeout: 5 })
  }
}
