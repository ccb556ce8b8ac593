import { describe, expect, test } from 'vitest'
import { addressLine, cityName, organizationName } from './casing.ts'

describe('a facility’s name for people', () => {
  test.each([
    ['MIDMICHIGAN URGENT CARE ALMA', 'Midmichigan Urgent Care Alma'],
    ["O'BRIEN FAMILY MEDICINE PLLC", "O'Brien Family Medicine PLLC"],
    ["ST MARY'S HEALTH CENTER, INC.", "St. Mary's Health Center, Inc."],
    ['ST. FRANCIS HOUSE NWA, INC.', 'St. Francis House NWA, Inc.'],
    ["CHILDREN'S CLINIC OF THE NORTH", "Children's Clinic of the North"],
    ["HLH KAUA'I COMMUNITY HEALTH CENTER", "HLH Kaua'i Community Health Center"],
    ["PORT GAMBLE S'KLALLAM TRIBE", "Port Gamble S'Klallam Tribe"],
    ['THE CLINIC AT MCKINNEY', 'The Clinic at McKinney'],
    ['NW INTERNAL MEDICINE LLC', 'NW Internal Medicine LLC'],
    ['NORTH COUNTRY HEALTHCARE-FLAGSTAFF(URGENT CARE)', 'North Country Healthcare-Flagstaff(Urgent Care)'],
    ['CHARLES H. WILKENS, M.D.,P.C.', 'Charles H. Wilkens, M.D., P.C.'],
    ['JOHN E SMITH MD PC', 'John E Smith MD PC'],
    ['WV WELLNESS AND RECOVERY LLC', 'WV Wellness and Recovery LLC'],
    ['CLINICA DE LA RAZA', 'Clinica de la Raza'],
    ['1ST CARE II', '1st Care II'],
    ['HEALTH2GO', 'Health2go'],
  ])('%s → %s', (source, expected) => {
    expect(organizationName(source)).toBe(expected)
  })
})

describe('an address for people', () => {
  test.each([
    ['321 E WARWICK DR', '321 E Warwick Dr'],
    ['PO BOX 640 911 SOUTH MAIN STREET', 'PO Box 640 911 South Main Street'],
    ['P.O. BOX 12', 'PO Box 12'],
    ['5050 NE HOYT ST STE 203', '5050 NE Hoyt St Ste 203'],
    ['1301 W 2ND ST', '1301 W 2nd St'],
    ['497 10 TH STREET', '497 10th Street'],
    ['8507 SOUTH 5TH STREET # 7B', '8507 South 5th Street # 7B'],
    ['4 MCCARTHY CT', '4 McCarthy Ct'],
  ])('%s → %s', (source, expected) => {
    expect(addressLine(source)).toBe(expected)
  })
})

describe('a city for people', () => {
  test.each([
    ['EL PASO', 'El Paso'],
    ['ST LOUIS', 'St. Louis'],
    ['O FALLON', "O'Fallon"],
    ['MC KEES ROCKS', 'McKees Rocks'],
    ['COEUR D ALENE', "Coeur d'Alene"],
    ['WINSTON-SALEM', 'Winston-Salem'],
    ['HAGÅTÑA', 'Hagåtña'],
  ])('%s → %s', (source, expected) => {
    expect(cityName(source)).toBe(expected)
  })
})
