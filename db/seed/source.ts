import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'

export const dataFolder = new URL('./data/', import.meta.url)

export type FacilityKind = 'primary-care' | 'urgent-care'

/** One row of the shipped copy, as its source has it: upper case, repeated, sometimes wrong. Empty text where a fact is missing. */
export type FacilityRow = {
  kind: FacilityKind
  npi: string
  name: string
  address: string
  city: string
  state: string
  zip: string
  lat: number | null
  lng: number | null
  /** The first three digits of the telephone number, which is all that was taken of it. */
  areaCode: string
}

/** The middle of a ZIP code's area. */
export type Centroid = { zip: string; city: string; state: string; lat: number; lng: number }

const degrees = (text: string | undefined): number | null => (text ? Number(text) : null)

function readLines(name: string): string[][] {
  const text = brotliDecompressSync(readFileSync(new URL(name, dataFolder))).toString('utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}

/** The 41,086 primary-care and urgent-care rows that ship with the project. */
export const readFacilityRows = (): FacilityRow[] =>
  readLines('facilities.tsv.br').map(
    ([kind, npi = '', name = '', address = '', city = '', state = '', zip = '', lat, lng, areaCode = '']) => ({
      kind: kind === 'u' ? 'urgent-care' : 'primary-care',
      npi,
      name,
      address,
      city,
      state,
      zip,
      lat: degrees(lat),
      lng: degrees(lng),
      areaCode,
    }),
  )

/** The ZIP centroids that ship with the project, by ZIP. */
export const readCentroids = (): Centroid[] =>
  readLines('places.tsv.br').map(([zip = '', city = '', state = '', lat, lng]) => ({
    zip,
    city,
    state,
    lat: Number(lat),
    lng: Number(lng),
  }))
