// Not a verb: the words that red flags are made of, in English and Spanish, and how a text is cut into them. Pure.

import { typosBetween } from '#lib/typos.ts'

/**
 * The ideas that red flags turn on, each with its words: lower case, without accents; a trailing * takes any ending.
 * These are signs by themselves, so little is forgiven: one letter in words of 5 to 8, a wrong one only when it sounds
 * or looks alike ("suiside"); two letters in longer words.
 */
const alone = {
  ANAPHYLAXIS: 'anaphyl* anaphal* anafila*',
  CHOKE: 'choke chokes choked choking atragant* ahoga ahogo ahogan ahogando ahogandose ahogarse asfixia*',
  CONVULSION: 'seizure seizures convuls*',
  DROWN: 'drown drowning drowned',
  ELECTROCUTED: 'electrocut*',
  FAINT: 'faint fainted fainting desmay* collapsed collapse collapsing',
  HEART_ATTACK: 'infarto infartos',
  HEMORRHAGE: 'hemorrhage hemorrhaging hemorragia hemorragias',
  OVERDOSE: 'overdose overdoses overdosed overdosing overdosis sobredosis',
  POISON: 'poison poisoned poisoning poisons poisonous veneno envenen* intoxic* monoxide monoxido',
  SLUR: 'slurred slurring slurs',
  STROKE: 'stroke strokes derrame embolia ictus apoplejia',
  SUICIDAL: 'suicidal suicida suicidas suicidar suicidarme suicidarse suicidarte',
  SUICIDE: 'suicide suicides suicidio suicidios',
  UNCONSCIOUS: 'unconscious unconcious unresponsive inconsciente inconscientes inconciente',
} as const

/** These are signs only together, so any wrong letter is forgiven; in words of 4, a swap of neighbours. */
const stems = {
  AIR: 'aire',
  ALLERGIC: 'allergic allergy alergica alergico alergia',
  ASTHMA: 'asthma asma',
  ATTACK: 'attack attacks attacked ataque ataques',
  BLEED: 'bleed bleeding bleeds bleedin sangrado sangrados sangrar sangrando sangra sangro',
  BLOOD: 'blood sangre',
  BREATHE: 'breath breathe breathing breathes breathin respir*',
  CHEST: 'chest chests pecho',
  COUGH: 'cough coughing coughs coughed toser tosiendo',
  DROOP: 'droop drooping droopy drooped sagging crooked caida caido torcida torcido chueca chueco',
  FACE: 'face facial mouth smile cara rostro boca',
  HEADACHE: 'headache headaches cabeza',
  HEART: 'heart corazon cardiac cardiaco',
  HURT: 'hurt hurts hurting harm harming harmed',
  KILL: 'kill killing',
  LIPS: 'lips labios',
  PAIN: 'pain pains painful dolor dolores duele duelen doliendo hurt hurts hurting aching ache aches achy discomfort killing',
  PILLS:
    'pills pill tablet tablets medicine medicines meds medication medications capsules pastilla pastillas medicina medicinas medicamento medicamentos insulin insulina advil tylenol aspirin ibuprofen acetaminophen benadryl xanax',
  PRESSURE:
    'pressure tight tightness squeezing squeeze squeezed crushing crush heavy heaviness elephant presion opresion aprieta apretado apretada apretando',
  SELF: 'myself himself herself themself themselves meself',
  SWALLOW: 'swallow swallowed swallowing swallows trago tragaron tragado trague',
  SWELLING: 'swelling swells hincha hinchan hinchando hincho',
  THROAT: 'throat garganta',
  TONGUE: 'tongue lengua',
  VOMIT: 'vomit vomiting vomits vomited vomita vomitando vomito vomitar puke puking puked throwing threw throw',
  WOUND: 'wound wounds herida heridas',
} as const

/** Words that count only as they stand here: short ones, and those that a typo turns into another common word. */
const plainWords = {
  CHOKE: 'chocking',
  CONVULSION: 'seizing siezing combuls*',
  HEART: 'hart hearth',
  KILL: 'kil killin',
  POISON: 'posion poisend',
  SLUR: 'slured slurr',
  STROKE: 'strok storke',
  SUICIDAL: 'sucidal',
  BLEED: 'nosebleed nosebleeds',
  CHEST: 'pexo breastbone sternum esternon',
  BABY: 'baby bebe babys infant infants newborn newborns',
  BELLY: 'stomach stomachache abdomen abdominal belly tummy estomago barriga panza vientre',
  BAD: 'bad badly severe severely serious grave graves fuerte intenso intensa insoportable unbearable excruciating massive heavy heavily profuse profusely lots lot much mucho mucha abundante everywhere demasiado demasiada',
  BITE: 'bite bit bites bitten mordio mordida mordedura pico picadura',
  BLUE: 'blue bluish purple azul azules morado morada morados moradas',
  BURN: 'burn burns burned burnt quemadura quemaduras quemado quemada quemo queme',
  CAUSTIC:
    'bleach bleech clorox cloro lejia detergent detergente cleaner disinfectant desinfectante ammonia amoniaco gasoline gasolina acetone acetona pesticide pesticida insecticida lysol windex fabuloso lye acid acido chemical chemicals quimico quimicos',
  CANT: 'cant cnat cnt caint unable',
  CHILD:
    'kid kids son daughter baby infant newborn toddler child children boy girl nino nina ninos hijo hija bebe grandson granddaughter nieto nieta',
  CLOSE: 'close closing closes closed shut shutting cierra cerrando cerro cerrada',
  CUT: 'cutting cuts cut corto corta cortando cortarme cortarse cortandome slit slitting',
  DEEP: 'deep profunda profundo',
  DIE: 'die dying dead dye death morir morirme morirse muerto muerta muera',
  DRUNK_OR_EATEN:
    'drank drink drunk ate eaten swallow swallowed took taken inhaled breathed smoked snorted injected licked sniffed bebio bebi beber tomo tome trago trague tragado comio comi inhalo inhale ingirio',
  EATEN: 'swallow swallowed ate eaten drank trago trague tragado comio bebio ingirio',
  EMERGENCY: 'emergency emergencia emergencias emergancy emergeny emergncy urgencia',
  END: 'end ending ended finish terminar acabar take taking took quitar quitarme quitarse quito',
  EYE: 'eye eyes ojo ojos',
  FEVER: 'fever feaver fevers feverish fiebre calentura',
  GET: 'get getting catch catching',
  HALF: 'side half lado mitad sided',
  HITS: 'hit hits hitting beat beats beating slaps slapped slapping punches punched punching chokes choked choking strangles strangled strangling kicks kicked kicking hurts hurting abuses abused abusing threatens threatened threatening attacked attacks pega pego pegando golpea golpeo golpeando maltrata maltrato maltratando',
  LIFE: 'life vida',
  LIMB: 'arm arms leg legs hand brazo brazos pierna piernas mano',
  LIVE: 'live living alive exist existing vivir viviendo vivo viva',
  MANY: 'many lots bunch whole entire all bottle handful extra double demasiadas demasiados demasiada muchas muchos mucha todas todos todo frasco doble punado',
  ME: 'me se',
  MINE: 'my own her his their mi su',
  MOVE: 'move moving mover lift raise levantar',
  NO: 'no not dont doesnt didnt isnt never nada longer without sin',
  NOT_ANY_MORE:
    'no not isnt aint stopped stops stop wont cant cannot doesnt wouldnt quit dejo paro para wasnt arent never',
  NEWBORN: 'newborn newborns neonate',
  NUMB: 'numb numbness dormida dormido entumecida entumecido adormecida adormecido paralyzed paralizada paralizado',
  OTHERS: 'someone somebody people him her them alguien otros gente',
  PARENT: 'dad father mom mother stepdad stepfather stepmom papa mama padre madre padrastro madrastra he she',
  PARTNER: 'partner husband wife boyfriend girlfriend bf gf spouse fiance ex esposo esposa marido novio novia pareja',
  PREGNANT: 'pregnant pregnancy embarazada embarazo',
  TURNED: 'puso poniendo pone turning turned going gone turn',
  RAPED: 'raped raping rapes violaron violada molested molesting',
  RESPOND: 'respond responding responds responsive responde respondiendo reacciona reaccionando',
  SEE: 'see seeing vision sight blind ver vista vision veo ve',
  SELF_HARM: 'selfharm autolesion autolesiones ahorcarme ahorcarse ahorcar',
  SHORT: 'short shortness shortnes falta faltando',
  SNAKE: 'snake rattlesnake serpiente vibora culebra cobra scorpion alacran escorpion copperhead',
  STAB: 'stabbed stabed apunalo apunalaron apunalado apunalada acuchillo acuchillaron acuchillado',
  STIR: 'move moving moves kick kicking mueve moverse',
  STOP: 'stop stops stopping stopped para parar detiene deja pare',
  SUDDEN: 'sudden suddenly suden repente subito subita repentino repentina pronto',
  TAKEN: 'took taken taking tooked ate eaten swallowed drank tome tomo tomado tomaron trago trague comio comi ingirio',
  TALK: 'talk talking speak speaking hablar habla hablando',
  TOXIN:
    'bleach bleech clorox cloro lejia detergent detergente pod pods antifreeze anticongelante cleaner cleaning disinfectant desinfectante ammonia amoniaco gasoline gasolina kerosene polish acetone acetona battery batteries pila pilas pesticide pesticida insecticida raticida mushrooms mushroom hongos fabuloso lysol windex peroxide sanitizer nicotine thinner magnet magnets fentanyl heroin edibles gummies fumes washer fluid windshield coin moneda',
  TROUBLE: 'trouble difficulty difficult difficulties hard struggling struggle struggles labored dificultad cuesta',
  WAKE: 'wake waking woke despierta despertar despertarlo despertarla despierte awake',
  WANT: 'want wants wanna wanted wanting wish wishes wishing quiero quiere quieren quisiera queria kiero kiere ganas deseo desea desearia going gonna gunna voy va pienso piensa thinking thought thoughts',
  WEAK: 'weak weakness debil debilidad',
  WHEEZE: 'wheezing wheeze wheezes weezing',
  WORST: 'worst worse peor',
} as const

/** An idea that signs are made of. */
export type Idea = keyof typeof alone | keyof typeof stems | keyof typeof plainWords

type Form = { form: string; letters: number; idea: Idea; isOpen: boolean; isAlone: boolean }

/** Which of a to z a word has, a bit for each. */
const lettersOf = (word: string): number =>
  [...word].reduce((bits, letter) => bits | (1 << (letter.charCodeAt(0) - 97)), 0)

function countOf(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}

const formsOf = (ideas: Partial<Record<Idea, string>>, isAlone: boolean): Form[] =>
  Object.entries(ideas).flatMap(([idea, forms]) =>
    forms.split(' ').map((spelt) => {
      const form = spelt.replace('*', '')
      return { form, letters: lettersOf(form), idea: idea as Idea, isOpen: form !== spelt, isAlone }
    }),
  )

const stemForms = [...formsOf(alone, true), ...formsOf(stems, false)]
const forms = [...stemForms, ...formsOf(plainWords, false)]
/** By first letter, which people rarely get wrong, but for a swap with the second. */
const misspellable = Map.groupBy(stemForms, ({ form }) => form.slice(0, 1))
const starts = forms.filter(({ isOpen }) => isOpen)
const ideasByForm = new Map<string, Idea[]>()
for (const { form, idea, isOpen } of forms) {
  if (!isOpen) ideasByForm.set(form, [...(ideasByForm.get(form) ?? []), idea])
}

/** Right words, and names of towns and people, that a forgiven letter would turn into another: never read as a typo. */
const otherWords = new Set(
  [
    'stoke stokes strike strikes stork stroll stroller store',
    'cooking checking choosing choice chose choir',
    'down downing dowling drawing fait feint saint paint',
    'prison person poise poisson',
    'heard heat heath health heather hears',
    'cheat cheats chess crest chester cheap chefs',
    'paid plain plains point paint paints painting panels dollar door does deal caching arches ashes',
    'attach attached attic tables pulls polls pillow pillows pilates bills',
    'month months south faced facts smiles mount case cada cash',
    'drop drops dropped dropping cooked cropped cairo',
    'breaking breach breadth breast breasts bread breeding brother brothers',
    'three thread threat through',
    'electricity america americans american alert',
    'crash crashing causing',
    'bloom blond blends blade',
    'couch coach caught counting',
    'shells sells smelling spelling selling shelling',
    'desperte desperto',
  ].flatMap((line) => line.split(' ')),
)

const alike = ['aeiouy', 'ckqsxz', 'mn', 'bpv', 'dt', 'gj']

/** Whether two words of one length differ by a swap of neighbours, or by a letter that sounds like the right one. */
function soundsLike(typed: string, word: string): boolean {
  const [at, ...others] = [...word].flatMap((letter, index) => (letter === typed[index] ? [] : [index]))
  const [given, right] = [typed[at ?? 0] ?? '', word[at ?? 0] ?? '']
  return others.length > 0 || alike.some((letters) => letters.includes(given) && letters.includes(right))
}

function isTypoOf(given: string, { form, letters, isOpen, isAlone }: Form): boolean {
  const typed = isOpen ? given.slice(0, form.length) : given
  const most = form.length < 4 ? 0 : form.length < 9 ? 1 : 2
  // A wrong letter changes two of the bits at most: this spares nearly all words the slow comparison.
  if (countOf(lettersOf(typed) ^ letters) > 2 * most) return false
  if (Math.abs(typed.length - form.length) > most || typosBetween(typed, form) > most) return false
  if (form.length === 4) return typed.length === 4 && [...typed].sort().join() === [...form].sort().join()
  return !isAlone || typed.length !== form.length || most > 1 || soundsLike(typed, form)
}

/** Words written as one: "chestpain", "killmyself". Both parts must be right, and long enough not to meet by chance. */
function partsOf(word: string): Idea[] {
  for (let at = 4; at <= word.length - 4; at++) {
    const [head, tail] = [ideasByForm.get(word.slice(0, at)), ideasByForm.get(word.slice(at))]
    if (head && tail) return [...head, ...tail]
  }
  return []
}

/**
 * The ideas that a word of a text stands for: by its spelling, else as two words written as one, else as a typo. `word`
 * is lower case without accents. The time is bounded by the length of the word, of which the first 40 letters count.
 */
export function ideasOf(given: string): readonly Idea[] {
  const word = given.slice(0, 40)
  const exact = ideasByForm.get(word) ?? []
  const begun = starts.filter(({ form }) => word.startsWith(form)).map(({ idea }) => idea)
  if (exact.length + begun.length > 0) return [...exact, ...begun]
  if (otherWords.has(word)) return []
  const parts = partsOf(word.replace(/^i(?=cant|want|kill)/, ''))
  if (parts.length > 0) return parts
  const near = misspellable.get(word.slice(0, 1)) ?? []
  const swapped = (misspellable.get(word.slice(1, 2)) ?? []).filter(({ form }) => form[1] === word[0])
  return [...near, ...swapped].filter((form) => isTypoOf(word, form)).map(({ idea }) => idea)
}

/** Whether the word is one of the table's, as it stands. */
export const isIdea = (name: string): name is Idea => name in alone || name in stems || name in plainWords
