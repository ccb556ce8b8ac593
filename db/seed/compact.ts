import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { cityName } from './casing.ts'
import { type Centroid, dataFolder } from './source.ts'

// How db/seed/data was made, from the provider files of Synthea (see NOTICE there):
//   node db/seed/compact.ts <folder with primary_care_facilities.csv, urgent_care_facilities.csv, zipcodes.csv>
// Takes what the product shows and nothing else; of a telephone number only the area code.

type Row = Record<string, string>

const kinds = { primary_care: 'p', urgent_care: 'u' } as const

const tidy = (text = ''): string => text.replace(/[\t\n\r]+/g, ' ').trim()
const degrees = (text = ''): string => (text.trim() === '' ? '' : String(Number(Number(text).toFixed(5))))

function readCsv(folder: string, name: string): Row[] {
  return parse(readFileSync(join(folder, name)), {
    columns: (names: string[]) => names.map((column) => column || 'index'),
  })
}

function facilityLines(folder: string): string[] {
  const lines = Object.entries(kinds).flatMap(([file, kind]) =>
    readCsv(folder, `${file}_facilities.csv`).map((row) => {
      const area = /^\(?([2-9]\d\d)/.exec(tidy(row.phone))?.[1] ?? ''
      const place = [tidy(row.city), tidy(row.state), tidy(row.zip).slice(0, 5)]
      return [
        kind,
        tidy(row.npi),
        tidy(row.name),
        tidy(row.address),
        ...place,
        degrees(row.lat),
        degrees(row.lon),
        area,
      ]
    }),
  )
  const order = (fields: string[]): string => [fields[5], fields[6], fields[2], fields[1], fields[3]].join('\t')
  return lines
    .map((fields) => ({ key: order(fields), line: fields.join('\t') }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ line }) => line)
}

/**
 * What people call the place of a ZIP: the census name that its clinics use; else the clinics' own city when two of them
 * agree ("Boise", where the census has "Boise City"); else the census name.
 */
function cityOf(censusNames: string[], clinics: Map<string, number>): string {
  const byUse = [...clinics].sort(([one, uses], [other, otherUses]) => otherUses - uses || (one < other ? -1 : 1))
  const agreed = byUse.find(([city]) => censusNames.includes(city)) ?? byUse.find(([, uses]) => uses > 1)
  const towns = censusNames.filter((name) => !name.endsWith(' County'))
  return agreed?.[0] ?? towns[0] ?? censusNames[0] ?? ''
}

function centroidLines(folder: string, facilities: string[]): string[] {
  const clinics = new Map<string, Map<string, number>>()
  for (const line of facilities) {
    const [, , , , city = '', , zip = ''] = line.split('\t')
    const cities = clinics.get(zip) ?? new Map<string, number>()
    const name = cityName(city)
    clinics.set(zip, cities.set(name, (cities.get(name) ?? 0) + 1))
  }
  const byZip = Map.groupBy(
    readCsv(folder, 'zipcodes.csv').filter((row) => /^\d{5}$/.test(row.ZCTA5 ?? '')),
    (row) => row.ZCTA5 ?? '',
  )
  return [...byZip]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([zip, rows]) => {
      const names = rows.map((row) => tidy(row.NAME))
      const city = cityOf(names, clinics.get(zip) ?? new Map())
      const row = rows.find((candidate) => tidy(candidate.NAME) === city) ?? rows[0]
      const centroid: Centroid = {
        zip,
        city,
        state: row?.ST ?? '',
        lat: Number(degrees(row?.LAT)),
        lng: Number(degrees(row?.LON)),
      }
      return [centroid.zip, centroid.city, centroid.state, centroid.lat, centroid.lng].join('\t')
    })
}

function write(name: string, lines: string[]): string {
  const text = Buffer.from(`${lines.join('\n')}\n`)
  const packed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  })
  writeFileSync(new URL(name, dataFolder), packed)
  return `${name}: ${lines.length} rows, ${packed.length} bytes\n`
}

const folder = process.argv[2]
if (!folder) throw new Error('Say which folder holds the provider files: node db/seed/compact.ts <folder>')
mkdirSync(dataFolder, { recursive: true })
const facilities = facilityLines(folder)
process.stdout.write(write('facilities.tsv.br', facilities))
process.stdout.write(write('places.tsv.br', centroidLines(folder, facilities)))
