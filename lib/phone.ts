import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

// North America adds area codes each year, sooner than a pinned library learns of them: there, the shape decides.
const northAmerican = /^\+1[2-9]\d{2}[2-9]\d{6}$/

const parsed = (text: string) => parsePhoneNumberFromString(text, { defaultCountry: 'US', extract: false })

/**
 * A telephone number as E.164: '(617) 555-0143' is '+16175550143'. Without a + and a country it is the United States'.
 * Undefined for what is no number that can be called, and for one with an extension, which E.164 cannot keep.
 */
export function phoneNumber(text: string): string | undefined {
  const phone = parsed(text)
  if (!phone || phone.ext) return undefined
  return northAmerican.test(phone.number) || (phone.countryCallingCode !== '1' && phone.isValid())
    ? phone.number
    : undefined
}

/**
 * A telephone number as people in the United States read it: '+16175550150' is '(617) 555-0150', one of another country
 * has its +: '+44 20 7946 0958'. What is no number stays as it is.
 */
export function phoneLabel(phone: string): string {
  if (phoneNumber(phone) !== phone) return phone
  return phone.startsWith('+1')
    ? (parsed(phone)?.formatNational() ?? phone)
    : (parsed(phone)?.formatInternational() ?? phone)
}
