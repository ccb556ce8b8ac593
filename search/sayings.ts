/** How people say what listings say otherwise: words without accents, in lower case, as they are typed in a row. */
const sayings: readonly (readonly [from: string, to: string])[] = [
  ['flu shot', 'vaccine'],
  ['flu shots', 'vaccine'],
  ['flu vaccine', 'vaccine'],
  ['covid shot', 'vaccine'],
  ['covid vaccine', 'vaccine'],
  ['vacuna gripe', 'vacuna'],
  ['vacuna contra la gripe', 'vacuna'],
  ['vacuna de la gripe', 'vacuna'],
  ['check up', 'checkup'],
  ['check ups', 'checkup'],
  ['checkups', 'checkup'],
  ['ob gyn', 'obgyn'],
  ['obstetrician', 'obgyn'],
  ['obstetrics', 'obgyn'],
  ['skin doctor', 'dermatologist'],
  ['telehealth', 'video'],
  ['telemedicine', 'video'],
  ['telemedicina', 'video'],
  ['telesalud', 'video'],
  ['virtual visit', 'video'],
  ['virtual', 'video'],
  ['online visit', 'video'],
  ['videollamada', 'video'],
  ['clinica', 'clinic'],
  ['doctora', 'doctor'],
  ['blue cross blue shield', 'insurance'],
  ['blue cross', 'insurance'],
  ['blue shield', 'insurance'],
  ['united healthcare', 'insurance'],
  ['united health care', 'insurance'],
]

const ways = sayings
  .map(([from, to]) => ({ from: from.split(' '), to }))
  .sort((one, other) => other.from.length - one.from.length)

/** Payers and plans: what a clinic takes is not known yet, so these words can choose nothing. */
const insurances = new Set(
  'aetna aseguranza aseguro anthem bcbs cigna copay hmo humana insurance insured medicaid ppo seguro seguros tricare uhc uninsured unitedhealthcare'.split(
    ' ',
  ),
)

/** Whether a word (lower case, no accents) names an insurance or asks for one. */
export const isInsurance = (word: string): boolean => insurances.has(word)

/** The words with sayings put as listings put them, the longest first, and which ones were. */
export function asListingsSay(typed: readonly string[]): { words: string[]; said: { from: string; to: string }[] } {
  const words: string[] = []
  const said: { from: string; to: string }[] = []
  for (let at = 0; at < typed.length; ) {
    const way = ways.find(({ from }) => from.every((word, index) => typed[at + index] === word))
    words.push(way ? way.to : (typed[at] ?? ''))
    if (way && !isInsurance(way.to)) said.push({ from: way.from.join(' '), to: way.to })
    at += way ? way.from.length : 1
  }
  return { words: [...new Set(words)], said }
}
