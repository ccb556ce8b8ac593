import { FindInput, findDefaults } from '#domain/directory/input.ts'
import { radiiKm } from './distance.ts'

const names = [
  'q',
  'near',
  'radiusKm',
  'specialty',
  'service',
  'language',
  'from',
  'sort',
  'cursor',
  'notEmergency',
] as const
type Name = (typeof names)[number]

/** What stands in a search's address, as text; what is not asked for is left out. */
export type FindParams = { [K in Name]?: string | undefined }

/** A search as its address has it: `errors` are message keys by parameter, and `query` is what is left without those. */
export type Asked = { params: FindParams; query: FindInput; errors: Partial<Record<Name, string>> }

export type SearchParams = Record<string, string | string[] | undefined>

const isName = (name: unknown): name is Name => names.some((known) => known === name)

/** Reads the address of a results page. Whatever it holds, there is a query; parameters of others are not looked at. */
export function readAsked(address: SearchParams): Asked {
  const given = withLanguage(address)
  const picked = names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]))
  const params = Object.fromEntries(picked.map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]))
  const parsed = FindInput.safeParse(Object.fromEntries(picked))
  if (parsed.success) return { params, query: parsed.data, errors: {} }
  const errors: Asked['errors'] = {}
  for (const { path, message } of parsed.error.issues) if (isName(path[0])) errors[path[0]] ??= message
  const good = picked.filter(([name]) => errors[name] === undefined)
  return { params, query: FindInput.parse(Object.fromEntries(good)), errors }
}

const spoken = new Map(
  [
    ...['Arabic', 'Cantonese', 'French', 'Haitian Creole', 'Hindi', 'Korean', 'Mandarin', 'Polish', 'Portuguese'],
    ...['Russian', 'Somali', 'Spanish', 'Tagalog', 'Urdu', 'Vietnamese'],
  ].map((name) => [name.toLowerCase(), name]),
)
spoken.set('español', 'Spanish').set('espanol', 'Spanish').set('chinese', 'Mandarin').set('creole', 'Haitian Creole')
const speaking = new RegExp(
  `(?:^|\\s)(?:(?:speaks?|who speaks?|in|hablan?|que hablen?|en)\\s+)?(${[...spoken.keys()].join('|')})(?:[-\\s]speaking)?(?=\\s|$)`,
  'i',
)

/** "Spanish speaking doctor" means a doctor, filtered by language; a language that is filtered by stays. */
function withLanguage(given: SearchParams): SearchParams {
  if (typeof given.q !== 'string' || given.language !== undefined) return given
  const [whole = '', name = ''] = speaking.exec(given.q) ?? []
  const language = spoken.get(name.toLowerCase())
  return language
    ? { ...given, q: given.q.replace(whole, ' ').trim().replace(/\s+/g, ' ') || undefined, language }
    : given
}

/**
 * The address of the results for `params` with `changes`; undefined takes one out. A change of anything starts at the
 * first page; that it is no emergency was said of these words, not of others.
 */
export function findPath(params: FindParams, changes: FindParams = {}): string {
  const isSaidAgain = 'q' in changes || 'near' in changes
  const notEmergency = isSaidAgain ? undefined : params.notEmergency
  const next: FindParams = { ...params, cursor: undefined, notEmergency, ...changes }
  const query = new URLSearchParams()
  for (const name of names) if (next[name]) query.set(name, next[name])
  return query.size > 0 ? `/find?${query}` : '/find'
}

/** The same search in the next wider circle of those to choose from; undefined when there is none. */
export function widerThan(params: FindParams): { km: number; href: string } | undefined {
  const km = radiiKm.find((one) => one > Number(params.radiusKm ?? findDefaults.radiusKm))
  return km === undefined ? undefined : { km, href: findPath(params, { radiusKm: String(km) }) }
}
