type Element = { parse: (text: string) => unknown; serialize: (value: unknown) => string }

const plain: Element = { parse: (text) => text, serialize: String }
const number: Element = { parse: Number, serialize: String }
const truth: Element = { parse: (text) => text === 't', serialize: String }
const json: Element = { parse: (text) => JSON.parse(text), serialize: (value) => JSON.stringify(value) }
const moment: Element = {
  parse: (text) => new Date(text),
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
}

/** The array types in use by their object id in pg_type, which is the same everywhere, each with how its elements read. */
const elements: Record<number, Element> = {
  1000: truth, // boolean
  1005: number, // smallint
  1007: number, // integer
  1016: plain, // bigint
  1022: number, // double precision
  1009: plain, // text
  1015: plain, // varchar
  1014: plain, // char(n)
  1002: plain, // "char"
  1003: plain, // name
  1028: number, // oid
  2951: plain, // uuid
  1182: moment, // date
  1185: moment, // timestamptz
  1183: plain, // time
  3807: json, // jsonb
  2210: plain, // regclass
  3911: plain, // tstzrange
}

/** The object ids of the array types that values may have. */
export const arrayTypes = Object.keys(elements).map(Number)

/**
 * Arrays for the driver, which would else ask the catalog on every new connection: when the server goes away in the
 * middle of that, it falls with the whole process, or reads and writes arrays wrongly from then on.
 */
export const arrays = Object.fromEntries(
  Object.entries(elements).map(([id, element]) => [
    `array${id}`,
    {
      to: Number(id),
      from: [Number(id)],
      serialize: (value: unknown): string => (Array.isArray(value) ? write(value, element) : String(value)),
      parse: (text: string): unknown => read(text, element),
    },
  ]),
)

const write = (values: readonly unknown[], element: Element): string =>
  `{${values
    .map((value) => {
      if (value === null || value === undefined) return 'null'
      if (Array.isArray(value)) return write(value, element)
      return `"${element.serialize(value).replace(/["\\]/g, '\\$&')}"`
    })
    .join(',')}}`

/** A brace, a comma, a quoted element or a bare one. */
const token = /[{},]|"((?:[^"\\]|\\[\s\S])*)"|[^{},"]+/g

function read(text: string, { parse }: Element): unknown[] {
  const open: unknown[][] = [[]]
  for (const [whole, quoted] of text.slice(text.indexOf('{')).matchAll(token)) {
    const current = open.at(-1)
    if (whole === '{') open.push([])
    else if (whole === '}') open.at(-2)?.push(open.pop())
    else if (quoted !== undefined) current?.push(parse(quoted.replace(/\\([\s\S])/g, '$1')))
    else if (whole !== ',') current?.push(whole === 'NULL' ? null : parse(whole))
  }
  return open[0]?.[0] as unknown[]
}
