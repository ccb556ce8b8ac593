/** Words that stay small inside a name. */
const small = new Set('of and the for in on at to by with y del de la los las el an or from your'.split(' '))
/** Acronyms that have a vowel, so that the rule of `isAcronym` does not see them. */
const acronyms = new Set(
  `aa aaa aids ahs aim ama amc ams apc apla apmc aprn arh arnp asc bha cah chi cha chas coa dba do ent er fpa gi hiv ia iha ihc ihs ii iii imc ipa
   ipc iv jea lac mea ne ob oda ohsu oic osf pa pac pama pma pmhnp psa sa sbha se ssa uab uams uc uci ucla ucsd ucsf uhc uhs uic umc
   ummc umass unc us usa usc usf uthealth utmb uva va vi vii viii vip vma vna ymca ywca
   abc acs afc ahrc anp apn crna dtla ekg emdr eofhc hma hmo icl lij lsu mba mri nwa nyc osu rma sihf swla swva ukhs unm upmc wny wvva
   az ca fl ga il ky mi ny ri tx ut wa wi wy`.split(/\s+/),
)
/** Words without a vowel that are no acronyms. */
const abbreviations = new Set(
  `st dr mr mrs ms mt mc ft jr sr rd ln ct pl sq blvd pkwy hwy ctr cntr svc svcs srv srvs srvc srvcs svcs hlt hltr hsptl cncl cln wgt mgt shpg grv lndg gln grn cmn cmns bnd rdg trlr xrd xrds cv hl hls pk stl sth hlth hlthcr dept mgmt grp grps ntwk cnty cty clnc
   bldg flr plz trl ltd twp fwy tpke rt pkw phys spc spclst dvlpmt dist hts brdg xing nght str crk spg spgs pt wk crd
   frst schl bch frd prof phys tchg cntrl hosp msth psych ctrs frnt dwntwn cl rch br vlg vly wy lk lks hbr crst mnt mtn mtns knl pvt
   lynn lynch flynn glynn schmc sky my by dry fly gym why try shy cry`
    .split(/\s+/)
    .filter(Boolean),
)
/** Names that a rule would get wrong. */
const special: Record<string, string> = {
  mcarthur: 'McArthur',
  macarthur: 'MacArthur',
  macdonald: 'MacDonald',
  macdill: 'MacDill',
  deland: 'DeLand',
  desoto: 'DeSoto',
  defuniak: 'DeFuniak',
  dekalb: 'DeKalb',
  debary: 'DeBary',
  dupage: 'DuPage',
  dubois: 'DuBois',
  laplace: 'LaPlace',
  lagrange: 'LaGrange',
  lasalle: 'LaSalle',
  laporte: 'LaPorte',
  obrien: "O'Brien",
  ofallon: "O'Fallon",
  ptsd: 'PTSD',
}

type Style = 'name' | 'address'

const isAcronym = (word: string): boolean =>
  acronyms.has(word) || (word.length <= 5 && !/[aeiouyåñ]/.test(word) && !abbreviations.has(word))

function cased(word: string): string {
  const known = special[word]
  if (known) return known
  if (/^\d+(st|nd|rd|th)$/.test(word)) return word
  if (/\d/.test(word)) return /[a-z]{3}/.test(word) ? capital(word) : word.toUpperCase()
  if (/^mc[a-z]{3,}$/.test(word)) return `Mc${capital(word.slice(2))}`
  return isAcronym(word) ? word.toUpperCase() : capital(word)
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** A run of letters, digits and apostrophes: O'BRIEN is O'Brien, CHILDREN'S is Children's, KAUA'I is Kaua'i. */
function apostrophes(word: string): string {
  const [head = '', ...rest] = word.split(/['’]/)
  if (rest.length === 0) return cased(head)
  if (head.length === 1 && (rest[0]?.length ?? 0) > 2) return `${head.toUpperCase()}'${rest.map(capital).join("'")}`
  return [cased(head), ...rest].join("'")
}

function titled(text: string, style: Style): string {
  const plain = text
    .replace(/[\u0080-\u009f]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
  const dotted = plain.replace(/\b(?:[a-z]\.){2,}(?:[a-z]\b)?/g, (letters) => letters.toUpperCase())
  const pieces = dotted.split(/([^\p{L}\p{N}'’]+)/u)
  return pieces
    .map((piece, index) => {
      if (piece === '' || index % 2 === 1) return piece
      if (/^[A-Z]/.test(piece)) return piece
      const between = pieces[index - 1] ?? ''
      if (style === 'name' && index > 0 && between === ' ' && small.has(piece)) return piece
      return apostrophes(piece)
    })
    .join('')
}

const tidy = (text: string): string =>
  text
    .replace(/\s+([,.;)])/g, '$1')
    .replace(/,(?=\S)/g, ', ')
    .replace(/[,;\-\s]+$/, '')
    .replace(/\.{2,}$/, '.')

/** A facility's name for people: "MIDMICHIGAN URGENT CARE ALMA" is "Midmichigan Urgent Care Alma", "ST MARY'S" is "St. Mary's". */
export const organizationName = (source: string): string =>
  tidy(titled(source, 'name').replace(/\bSt (?=\p{Lu})/gu, 'St. '))

/** A city's name for people: "ST LOUIS" is "St. Louis", "O FALLON" is "O'Fallon", "COEUR D ALENE" is "Coeur d'Alene". */
export const cityName = (source: string): string =>
  tidy(titled(source, 'name'))
    .replace(/^St (?=\p{Lu})/u, 'St. ')
    .replace(/\bO (?=\p{Lu})/gu, "O'")
    .replace(/\bMc (?=\p{Lu})/gu, 'Mc')
    .replace(/\bD (?=\p{Lu})/gu, "d'")
    .replace(/\bD'(?=Alene|Iberville|Hanis)/g, "d'")

/** A street address for people: "PO BOX 640" is "PO Box 640", "321 E WARWICK DR" is "321 E Warwick Dr". */
export const addressLine = (source: string): string =>
  tidy(titled(source.replace(/(?<=\d) (?=TH\b)/g, ''), 'address').replace(/\bP\.? ?O\.? ?Box\b/gi, 'PO Box'))
