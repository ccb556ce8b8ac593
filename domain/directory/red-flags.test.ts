import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFacilityRows } from '#db/seed/source.ts'
import { specialties } from '#db/specialties.ts'
import phrases from './red-flags.phrases.json' with { type: 'json' }
import { redFlags } from './red-flags.ts'

const { quiet, ...firing } = phrases

describe('red flags', () => {
  describe.each(Object.entries(firing))('%s', (flags, list) => {
    test.each(list)('"%s"', (text) => expect(redFlags(text)).toEqual(expect.arrayContaining(flags.split(' and '))))
  })

  describe('quiet', () => {
    test.each(quiet)('"%s"', (text) => expect(redFlags(text)).toEqual([]))

    test('what the directory itself is called by: specialties, their words, towns and clinics', () => {
      const rows = readFacilityRows()
      const towns = [...new Set(rows.map(({ city }) => city))].filter((_, index) => index % 4 === 0)
      const clinics = rows.filter((_, index) => index % 100 === 0).map(({ name }) => name)
      const words = specialties.flatMap(({ name, nameEs, words: asked }) => [name, nameEs, ...asked])
      const loud = [...words, ...towns, ...clinics].filter((text) => redFlags(text).length > 0)
      expect(loud).toEqual([])
    })
  })

  test('as many phrases as were promised, in two languages', () => {
    const count = Object.values(firing).flat().length
    expect(count).toBeGreaterThanOrEqual(150)
    expect(quiet.length).toBeGreaterThanOrEqual(80)
    expect(new Set([...Object.values(firing).flat(), ...quiet]).size).toBe(count + quiet.length)
  })

  test('the most pressing first: a crisis, then a poisoning, then what 911 is for', () => {
    expect(redFlags('i swallowed all my pills want to die and cant breathe')).toEqual(['crisis', 'poison', 'emergency'])
  })

  test('what happens now is not made harmless by a class or a rehab', () => {
    expect(redFlags('in stroke rehab and having another stroke now')).toEqual(['emergency'])
    expect(redFlags('cpr class help me my dad is having a heart attack')).toEqual(['emergency'])
    expect(redFlags('suicide prevention class but i want to die')).toEqual(['crisis'])
  })

  test('case, accents, punctuation and the kind of apostrophe do not matter', () => {
    const ways = [
      'CAN’T BREATHE!!!',
      "can't   breathe",
      'ｃａｎｔ ｂｒｅａｔｈｅ',
      'cant-breathe',
      'caaaan not breatheeee',
      'cant\nbreathe',
    ]
    expect(ways.filter((text) => redFlags(text).length === 0)).toEqual([])
    expect(redFlags('NO PUEDO RESPIRÁR')).toEqual(['emergency'])
  })

  test('a sign is found in the middle of a long message', () => {
    const talk = 'so i wanted to say that the visit on tuesday was fine and '
    expect(redFlags(`${talk.repeat(5)} my chest hurts ${talk.repeat(5)}`)).toEqual(['emergency'])
  })

  test('any text of 10,000 characters has an answer, and the same one twice', () => {
    const said = fc.constantFrom(...Object.values(phrases).flat(), 'a', 'no no no', '<script>', '\u0000', '💊', 'ñ')
    const garbage = fc.oneof(
      fc.string({ unit: 'binary', minLength: 10_000, maxLength: 10_000 }),
      fc
        .array(said, { minLength: 300, maxLength: 600 })
        .map((parts) => parts.join(' ').padEnd(10_000, ' a').slice(0, 10_000)),
      fc.string({ minLength: 1, maxLength: 12 }).map((part) => part.repeat(10_000).slice(0, 10_000)),
    )
    fc.assert(
      fc.property(garbage, (text) => {
        expect(redFlags(text)).toEqual(redFlags(text))
      }),
      { numRuns: 12 },
    )
  })
})
