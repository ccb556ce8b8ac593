import type { SpecialtyCode } from '#db/specialties.ts'
import type { Random } from './random.ts'

type Modality = 'in-person' | 'video' | 'phone'
type Audience = 'new' | 'returning' | 'both'

/** A visit reason as its specialty offers it; a clinic makes it its own (`serviceOf`). Ages in years, price in cents. */
export type ServiceTemplate = {
  name: string
  minutes: 15 | 20 | 30 | 50
  audience: Audience
  modality: Modality
  minimumAge: number
  maximumAge: number
  price: number | null
  /** How many of a hundred listings offer it; 100 is every one. */
  share: number
  /** Booked at least a day ahead. */
  planned: boolean
}

/** A row of `service` without its tenant. */
export type Service = {
  id: string
  name: string
  durationMinutes: number
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  stepMinutes: number
  modality: Modality
  audience: Audience
  minimumAgeYears: number
  maximumAgeYears: number
  minimumNoticeMinutes: number
  horizonDays: number
  cancelUntilMinutes: number
  priceAmount: number | null
  priceCurrency: 'USD' | null
}

type Options = Partial<Omit<ServiceTemplate, 'name' | 'minutes' | 'audience' | 'price'>>
const visit = (
  name: string,
  minutes: ServiceTemplate['minutes'],
  audience: Audience,
  price: number | null,
  options: Options = {},
): ServiceTemplate => ({
  name,
  minutes,
  audience,
  price,
  modality: 'in-person',
  minimumAge: 0,
  maximumAge: 150,
  share: 100,
  planned: false,
  ...options,
})

const adults = { minimumAge: 18 }
const children = { maximumAge: 17 }
const video = { modality: 'video' } as const
const phone = { modality: 'phone' } as const
const planned = { planned: true }

/**
 * What each specialty offers; the first that a listing offers is the one its times are shown for. Where that is not for
 * every adult, or not for someone new, it is planned, so that it never comes first among what is free soonest.
 */
export const templates: Record<SpecialtyCode, readonly ServiceTemplate[]> = {
  'family-medicine': [
    visit('Office visit', 20, 'both', 145_00),
    visit('New patient visit', 30, 'new', 195_00),
    visit('Annual physical', 50, 'both', 240_00, { share: 80, ...planned }),
    visit('Video visit', 15, 'both', 95_00, { share: 60, ...video }),
    visit('Follow-up visit', 15, 'returning', 110_00, planned),
    visit('Phone follow-up', 15, 'returning', 60_00, { share: 40, ...phone }),
  ],
  'internal-medicine': [
    visit('Office visit for adults', 30, 'both', 175_00, adults),
    visit('New patient visit for adults', 50, 'new', 260_00, adults),
    visit('Blood pressure or diabetes check', 20, 'both', 125_00, { ...adults, share: 60 }),
    visit('Video visit for adults', 20, 'both', 110_00, { ...adults, ...video, share: 60 }),
    visit('Follow-up for adults', 20, 'returning', 120_00, { ...adults, ...planned }),
  ],
  pediatrics: [
    visit('Well-child visit', 30, 'both', 165_00, { ...children, ...planned }),
    visit('Sick child visit', 15, 'both', 120_00, children),
    visit('Newborn visit', 50, 'new', 210_00, { maximumAge: 1, share: 60, ...planned }),
    visit('School or camp physical', 20, 'both', 90_00, { minimumAge: 3, maximumAge: 17, share: 70, ...planned }),
    visit('Follow-up visit for a child', 15, 'returning', 95_00, { ...children, ...planned }),
    visit('Video visit for a child', 15, 'returning', 85_00, { ...children, ...video, share: 50, ...planned }),
  ],
  'urgent-care': [
    visit('Urgent care visit', 20, 'both', 175_00),
    visit('Minor injury or wound care', 30, 'both', 225_00),
    visit('Flu, COVID or strep test', 15, 'both', 95_00),
    visit('Video urgent care', 15, 'both', 79_00, { ...video, share: 50 }),
    visit('Recheck of an injury', 15, 'returning', 90_00, planned),
  ],
  'womens-health': [
    visit('Well-woman visit', 30, 'both', 210_00, { minimumAge: 16 }),
    visit('Birth control consultation', 20, 'both', 140_00, { minimumAge: 12 }),
    visit('First prenatal visit', 50, 'new', 280_00, { minimumAge: 12, share: 60, ...planned }),
    visit('Menopause consultation', 30, 'both', 190_00, { minimumAge: 35, share: 50 }),
    visit('Prenatal follow-up', 20, 'returning', 130_00, { minimumAge: 12, ...planned }),
  ],
  geriatrics: [
    visit('Visit for older adults', 30, 'both', 185_00, { minimumAge: 60, ...planned }),
    visit('Yearly wellness visit, 65 and over', 50, 'both', 230_00, { minimumAge: 65, ...planned }),
    visit('Memory assessment', 50, 'new', 260_00, { minimumAge: 55, share: 60, ...planned }),
    visit('Follow-up for older adults', 20, 'returning', 125_00, { minimumAge: 60, ...planned }),
  ],
  'mental-health': [
    visit('First consultation', 50, 'new', 190_00, { ...adults, ...planned }),
    visit('First consultation by video', 50, 'new', 175_00, { ...adults, ...video, share: 70, ...planned }),
    visit('Therapy session', 50, 'returning', 160_00, { ...adults, ...planned }),
    visit('Medication check', 20, 'returning', 115_00, { ...adults, share: 40, ...planned }),
    visit('Counseling for a teenager', 50, 'both', 165_00, { minimumAge: 13, maximumAge: 19, share: 40, ...planned }),
  ],
  nutrition: [
    visit('Nutrition consultation', 50, 'both', 130_00, adults),
    visit('Nutrition follow-up', 20, 'returning', 70_00, { ...adults, ...planned }),
    visit('Diabetes nutrition by video', 30, 'both', 85_00, { ...adults, ...video, share: 60 }),
    visit('Nutrition for a child', 30, 'both', 95_00, { minimumAge: 2, maximumAge: 17, share: 40, ...planned }),
  ],
  'physical-therapy': [
    visit('First evaluation', 50, 'both', 165_00, { minimumAge: 12 }),
    visit('Therapy session', 30, 'returning', 105_00, { minimumAge: 12, ...planned }),
    visit('Back pain assessment', 30, 'both', 120_00, { minimumAge: 16, share: 70 }),
    visit('Exercise check by video', 20, 'returning', 65_00, { minimumAge: 12, ...video, share: 50, ...planned }),
  ],
  dermatology: [
    visit('Skin visit', 20, 'both', 185_00),
    visit('Full skin check', 30, 'both', 235_00, { ...adults, share: 80 }),
    visit('Acne or rash by video', 15, 'both', 99_00, { ...video, minimumAge: 10, share: 60 }),
    visit('Skin follow-up', 15, 'returning', 110_00, planned),
  ],
  'sports-medicine': [
    visit('Injury or joint visit', 30, 'both', 190_00, { minimumAge: 10 }),
    visit('Sports physical', 20, 'both', 75_00, { minimumAge: 6, maximumAge: 60 }),
    visit('Concussion check', 30, 'both', 195_00, { minimumAge: 8, share: 50 }),
    visit('Return to play check', 15, 'returning', 90_00, { minimumAge: 8, ...planned }),
  ],
  'nurse-primary-care': [
    visit('Office visit', 20, 'both', 120_00),
    visit('New patient visit', 30, 'new', 160_00),
    visit('Vaccination', 15, 'both', 45_00, { share: 70 }),
    visit('Video visit', 15, 'both', 80_00, { share: 60, ...video }),
    visit('Follow-up visit', 15, 'returning', 90_00, planned),
  ],
  'occupational-health': [
    visit('Work physical', 30, 'both', 130_00, { minimumAge: 16 }),
    visit('Driver (DOT) physical', 30, 'both', 125_00, { ...adults, share: 80 }),
    visit('Travel health consultation', 20, 'both', 95_00, { share: 60 }),
    visit('Work injury visit', 30, 'both', null, { minimumAge: 16 }),
    visit('Work injury follow-up', 15, 'returning', null, { minimumAge: 16, ...planned }),
  ],
}

/** What a clinic does alike for all of its services. */
export type ClinicHabits = {
  showsPrices: boolean
  priceFactor: number
  noticeMinutes: number
  horizonDays: number
  cancelUntilMinutes: number
}

/** The habits of one clinic; urgent care is booked late, close by, and cancelled until two hours before. */
export const habitsOf = (random: Random, isUrgent: boolean): ClinicHabits => ({
  showsPrices: random.chance(0.6),
  priceFactor: random.pick([0.7, 0.8, 0.9, 1, 1, 1.1, 1.25]),
  noticeMinutes: isUrgent ? random.pick([15, 30, 60]) : random.pick([60, 120, 120, 240]),
  horizonDays: isUrgent ? random.pick([14, 21, 30]) : random.pick([60, 90, 90, 120]),
  cancelUntilMinutes: isUrgent ? 120 : random.pick([720, 1440, 1440, 2880]),
})

/** Minutes before and after, and the grid of starts, by the length of the visit. */
const rhythm: Record<ServiceTemplate['minutes'], readonly [number, number, number]> = {
  15: [0, 0, 15],
  20: [0, 0, 20],
  30: [0, 5, 15],
  50: [5, 5, 30],
}

/** `template` as the clinic with these habits offers it. A planned one needs a day's notice. */
export function serviceOf(id: string, template: ServiceTemplate, habits: ClinicHabits): Service {
  const [before, after, step] = rhythm[template.minutes]
  const price =
    habits.showsPrices && template.price !== null ? Math.round((template.price * habits.priceFactor) / 500) * 500 : null
  return {
    id,
    name: template.name,
    durationMinutes: template.minutes,
    bufferBeforeMinutes: template.modality === 'in-person' ? before : 0,
    bufferAfterMinutes: template.modality === 'in-person' ? after : 0,
    stepMinutes: step,
    modality: template.modality,
    audience: template.audience,
    minimumAgeYears: template.minimumAge,
    maximumAgeYears: template.maximumAge,
    minimumNoticeMinutes: template.planned ? 1440 : habits.noticeMinutes,
    horizonDays: habits.horizonDays,
    cancelUntilMinutes: habits.cancelUntilMinutes,
    priceAmount: price,
    priceCurrency: price === null ? null : 'USD',
  }
}

/** Which of the specialty's templates a listing offers, in the order shown: none for new patients when it takes none. */
export function offeredTemplates(random: Random, code: SpecialtyCode, acceptsNewPatients: boolean): ServiceTemplate[] {
  const open = templates[code].filter((template) => random.chance(template.share / 100) || template.share === 100)
  return acceptsNewPatients ? open : open.filter((template) => template.audience === 'returning')
}
