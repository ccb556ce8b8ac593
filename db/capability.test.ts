import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { changeEnv, env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { type Capability, mintCapability, readCapability } from './capability.ts'

const kinds = ['hold', 'appointment', 'link', 'mailed'] as const
const now = new Date('2030-01-02T09:00:00.000Z')
const capability: Capability = {
  kind: 'appointment',
  tenantId: newId(),
  id: newId(),
  version: 3,
  expiresAt: new Date('2030-01-02T09:00:01.000Z'),
}
const token = mintCapability(capability)

/** What a caller learns of a token: the capability, or the code and message of the refusal. */
function told(text: string, allowed: readonly Capability['kind'][] = kinds, at = now): unknown {
  try {
    return readCapability(text, allowed, at)
  } catch (error) {
    return error instanceof AppError ? [error.code, error.message, error.details] : error
  }
}
const unknown = ['not_found', 'link_unknown', {}]

test('a token gives back its capability, is fit for a URL, and is the same each time', () => {
  expect(told(token)).toEqual(capability)
  expect(token).toBe(encodeURIComponent(token))
  expect(mintCapability({ ...capability })).toBe(token)
})

test('whatever the capability, the token gives it back to whole seconds', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.uuid({ version: 7 }),
      fc.uuid({ version: 7 }),
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      fc.date({ min: new Date('2030-01-02T09:00:01Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true }),
      (kind, tenantId, id, version, expiresAt) => {
        const whole = new Date(Math.floor(expiresAt.getTime() / 1000) * 1000)
        const made = mintCapability({ kind, tenantId, id, version, expiresAt })
        expect(told(made)).toEqual({ kind, tenantId, id, version, expiresAt: whole })
      },
    ),
  )
})

test('a token with any one bit changed is unknown', () => {
  for (let at = 0; at < token.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const flipped = String.fromCharCode(token.charCodeAt(at) ^ (1 << bit))
      expect(told(token.slice(0, at) + flipped + token.slice(at + 1)), `byte ${at}, bit ${bit}`).toEqual(unknown)
    }
  }
})

test('letters added, taken away or put between are unknown', () => {
  for (let at = 0; at <= token.length; at += 1) {
    expect(told(token.slice(0, at))).toEqual(at === token.length ? capability : unknown)
    for (const letter of ['A', '=', '.', ' ', '\n', '\0']) {
      expect(told(token.slice(0, at) + letter + token.slice(at)), `${JSON.stringify(letter)} at ${at}`).toEqual(unknown)
    }
  }
})

test('a token of another kind is unknown, even where the row is the same', () => {
  expect(told(token, ['hold', 'link'])).toEqual(unknown)
  expect(told(token, [])).toEqual(unknown)
  expect(told(mintCapability({ ...capability, kind: 'link' }), ['appointment'])).toEqual(unknown)
})

test('a token is good until its second and unknown from it on', () => {
  expect(told(token, kinds, new Date(capability.expiresAt.getTime() - 1))).toEqual(capability)
  expect(told(token, kinds, capability.expiresAt)).toEqual(unknown)
})

test('an over-long token is unknown before anything is computed of it', () => {
  expect(told(`${token}${'.'.repeat(500)}`)).toEqual(unknown)
  expect(told('a'.repeat(5_000_000))).toEqual(unknown)
  expect(told('')).toEqual(unknown)
})

test('a rightly signed token that names no row is unknown', () => {
  for (const odd of [
    { tenantId: 'x' },
    { id: "' or true" },
    { kind: 'root' as 'hold' },
    { expiresAt: new Date(Number.NaN) },
  ]) {
    expect(told(mintCapability({ ...capability, ...odd }))).toEqual(unknown)
  }
})

const [oldKey, newKey] = [env().CAPABILITY_KEY, 'cb'.repeat(32)]
afterEach(() => changeEnv({ CAPABILITY_KEY: oldKey }))

test('a token of every kind outlives a change of the key, and is unknown once its own key is dropped', () => {
  const olds = kinds.map((kind) => mintCapability({ ...capability, kind }))
  changeEnv({ CAPABILITY_KEY: `${oldKey},${newKey}` }) // Every process learns the new key before any signs with it.
  expect(kinds.map((kind) => mintCapability({ ...capability, kind }))).toEqual(olds)
  changeEnv({ CAPABILITY_KEY: `${newKey},${oldKey}` })
  const news = kinds.map((kind) => mintCapability({ ...capability, kind }))
  expect(news.filter((text) => olds.includes(text))).toEqual([])
  expect([...olds, ...news].map((text) => told(text))).toEqual(
    [...kinds, ...kinds].map((kind) => ({ ...capability, kind })),
  )
  changeEnv({ CAPABILITY_KEY: `${oldKey},${newKey}` })
  expect(news.map((text) => told(text))).toEqual(kinds.map((kind) => ({ ...capability, kind })))
  changeEnv({ CAPABILITY_KEY: newKey })
  expect(olds.map((text) => told(text))).toEqual(kinds.map(() => unknown))
  expect(news.map((text) => told(text))).toEqual(kinds.map((kind) => ({ ...capability, kind })))
})
