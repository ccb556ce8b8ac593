/** The text in each field, as the form gets it back when something is wrong. */
export const typed = (form: FormData): Record<string, string> =>
  Object.fromEntries(
    [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !isOthers(entry[0])),
  )

/** Conform reads its own commands from these, and throws on one that it does not know. No form of ours has them. */
const commands = new Set(['__intent__', '__state__'])

/** React's own fields, by which it finds the action, come along in a form that a script sends. */
const isOthers = (name: string): boolean => name.startsWith('$ACTION_') || commands.has(name)

/**
 * What was filled in. A date that was typed in three boxes (`x.month`, `x.day`, `x.year`) is one field `x`, YYYY-MM-DD.
 */
export function filledIn(form: FormData): FormData {
  const joined = new FormData()
  for (const [name, value] of form) {
    const [, field, unit] = /^(.+)\.(month|day|year)$/.exec(name) ?? []
    if (isOthers(field ?? name)) continue
    if (!field) joined.append(name, value)
    else if (unit === 'year') {
      const part = (which: string) => String(form.get(`${field}.${which}`) ?? '').trim()
      const date = [part('year').padStart(4, '0'), part('month').padStart(2, '0'), part('day').padStart(2, '0')].join(
        '-',
      )
      joined.append(field, date)
    }
  }
  return joined
}
