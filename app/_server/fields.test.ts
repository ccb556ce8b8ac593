import { parseWithZod } from '@conform-to/zod/v4'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { filledIn, typed } from './fields.ts'

const formOf = (fields: Record<string, string>): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}
const parse = (form: FormData) => parseWithZod(filledIn(form), { schema: z.strictObject({ reason: z.string() }) })

test.each(['{', 'null', '{"type":"__proto__"}', '{"type":"insert","payload":{"name":"reason"}}', 'x'])(
  'a command for Conform (%s) is not in the form: it is parsed as if it had not been sent',
  (command) => {
    for (const name of ['__intent__', '__state__']) {
      const form = formOf({ reason: 'Lunch', [name]: command, $ACTION_KEY: 'k' })
      expect(parse(form)).toMatchObject({ status: 'success', value: { reason: 'Lunch' } })
      expect(typed(form)).toEqual({ reason: 'Lunch' })
      expect(parse(formOf({ reason: 'Lunch', [`${name}.year`]: command }))).toMatchObject({ status: 'success' })
    }
  },
)

test('a date in three boxes is one field', () => {
  const form = filledIn(formOf({ 'born.month': '2', 'born.day': ' 3', 'born.year': '1981' }))
  expect([...form]).toEqual([['born', '1981-02-03']])
})
