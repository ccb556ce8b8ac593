import type { PublicTx } from '#db/doors.ts'
import { invalid } from '#lib/errors.ts'
import type { NamedPoint } from './document.ts'

const states = `AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|
LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|
NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|
OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|
UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|AS American Samoa|GU Guam|
MP Northern Mariana Islands|PR Puerto Rico|VI Virgin Islands`
const stateCodes = new Map(
  states.split(/\|\s*/).flatMap((entry): [string, string][] => {
    const code = entry.slice(0, 2)
    return [
      [code.toLowerCase(), code],
      [entry.slice(3).toLowerCase(), code],
    ]
  }),
)

const coordinates = /^(-?\d{1,2}(?:\.\d{1,12})?)\s*[,;]\s*(-?\d{1,3}(?:\.\d{1,12})?)$/
const zip = /^(\d{5})(?:-\d{4})?$/

/** What people call cities, without points: on the left as `plain` makes it. */
const nicknames = new Map(
  Object.entries({
    nyc: 'New York, NY',
    'new york city': 'New York, NY',
    'new york': 'New York, NY',
    manhattan: 'New York, NY',
    queens: 'Jamaica, NY',
    'queens ny': 'Jamaica, NY',
    la: 'Los Angeles, CA',
    sf: 'San Francisco, CA',
    'san fran': 'San Francisco, CA',
    dc: 'Washington, DC',
    washington: 'Washington, DC',
    'washington dc': 'Washington, DC',
    philly: 'Philadelphia, PA',
    vegas: 'Las Vegas, NV',
    nola: 'New Orleans, LA',
    slc: 'Salt Lake City, UT',
    kc: 'Kansas City, MO',
    kcmo: 'Kansas City, MO',
  }),
)
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('.', '')
    .replace(/[\s,]+/g, ' ')
    .trim()

const country = /[\s,]+(?:usa|us|u\.s\.a?\.?|united states|estados unidos|eeuu)$/i
const zipAtEnd = /^(.*\D)(\d{5})(?:-\d{4})?$/

type City = { city: string; state: string | null }

/** What a text may mean as a city, the likeliest first: "Boise, ID", "boise id", "New York". */
function citiesIn(text: string): City[] {
  // A state alone is no place to measure from, and "Texas" is not Texas City.
  if (stateCodes.has(text.toLowerCase())) return []
  const [before = '', after = '', ...more] = text.split(',').map((part) => part.trim())
  if (after !== '') {
    const state = stateCodes.get(after.toLowerCase())
    return state && before !== '' && more.length === 0 ? [{ city: before, state }] : []
  }
  const words = before.split(/\s+/)
  const tails = [1, 2, 3].filter((count) => count < words.length)
  const named = tails.flatMap((count): City[] => {
    const state = stateCodes.get(words.slice(-count).join(' ').toLowerCase())
    return state ? [{ city: words.slice(0, -count).join(' '), state }] : []
  })
  return [...named, { city: before, state: null }]
}

/** Places are written by the seed and with a release, and do not change while a process runs. */
const known = new Map<string, NamedPoint>()
const mostKnown = 5_000

/** `find`, from memory when it found a place before. */
async function remembered(text: string, find: () => Promise<NamedPoint | undefined>): Promise<NamedPoint | undefined> {
  const before = known.get(text)
  if (before) return before
  const found = await find()
  if (known.size >= mostKnown) known.clear()
  if (found) known.set(text, found)
  return found
}

/**
 * The place that `text` names: a ZIP code's centroid (also after a city), the middle of a city's ZIP codes (of the
 * largest city of that name without a state; "NYC" and the like are known), or "latitude,longitude". Throws `invalid` at /near for a place that is not known.
 */
export async function findPlace(tx: PublicTx, text: string): Promise<NamedPoint> {
  const [, lat, lng] = coordinates.exec(text) ?? []
  if (lat !== undefined && lng !== undefined && Math.abs(Number(lat)) <= 90 && Math.abs(Number(lng)) <= 180) {
    return { lat: Number(lat), lng: Number(lng), label: `${lat}, ${lng}` }
  }
  const here = text.replace(country, '')
  const [, postalCode] = zip.exec(here) ?? []
  const found = await remembered(here, () => (postalCode ? byPostalCode(tx, postalCode) : byName(tx, here)))
  if (!found) throw invalid('/near', 'near_unknown')
  return found
}

/** A city, or one with its ZIP code behind it. */
async function byName(tx: PublicTx, text: string): Promise<NamedPoint | undefined> {
  const [, city = text, postalCode] = zipAtEnd.exec(text) ?? []
  const exact = postalCode === undefined ? undefined : await byPostalCode(tx, postalCode)
  return exact ?? byCity(tx, nicknames.get(plain(city)) ?? city.replace(/[\s,]+$/, ''))
}

// Index Scan on place_pkey.
async function byPostalCode(tx: PublicTx, postalCode: string): Promise<NamedPoint | undefined> {
  const [row] = await tx.sql<NamedPoint[]>`
    select lat, lng, city || ', ' || state || ' ' || postal_code as label from place where postal_code = ${postalCode}`
  return row
}

// Index Scan on place_plain_city.
async function byCity(tx: PublicTx, text: string): Promise<NamedPoint | undefined> {
  for (const { city, state } of citiesIn(text)) {
    const [row] = await tx.sql<NamedPoint[]>`
      select percentile_disc(0.5) within group (order by lat) as lat,
        percentile_disc(0.5) within group (order by lng) as lng, city || ', ' || state as label
      from place
      where kernel.plain_city(city) in (kernel.plain_city(${city}), kernel.plain_city(${city} || ' City'))
        and (${state}::text is null or state = ${state})
      group by city, state order by count(*) desc, state limit 1`
    if (row) return row
  }
  return undefined
}
