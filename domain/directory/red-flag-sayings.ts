// Not a verb: what people say with the words of a red flag and mean no harm, and the ways to say the same. Pure.
import type { Strength } from './red-flag-signs.ts'

const year = '(?:19|20)\\d\\d'
const lesson =
  'class(?:es)?|training|course|workshop|certif\\w*|prevent\\w*|awareness|seminar|hazards?|clases?|curso|taller|entrenamiento|prevencion|primeros auxilios|first aid'
const care =
  'rehab\\w*|recover\\w*|recuperacion|follow ?ups?|seguimiento|survivors?|sobrevivientes?|support group|grupo de apoyo|(?:years?|months?|anos) ago|hace (?:\\w+ )?(?:anos|meses)|last (?:year|month)|family history|antecedentes|historial'
const treatment =
  'therap\\w*|terapia|medications?|medicine|refill|receta|review|check ?ups?|chequeo|screening|risk|riesgo|management|specialist|especialista|neurologists?|disorder|diet|dieta|letter|scars?|phobia'

const shoulder =
  'frozen shoulder|shoulder (?:surgery|replacement|injury)|rotator cuff|hombro congelado|manguito rotador'
const period = 'periods?|menstrua\\w*|menses|regla|periodo'

/** What makes a sign harmless: words anywhere in the text, and words right before the sign. */
export const harmlessBeside: Record<Strength, { anywhere?: RegExp; before?: RegExp }> = {
  always: {},
  symptom: {
    anywhere: new RegExp(`\\b(?:${lesson}|${care})\\b`),
    before: /\bhist(?:ory|oria) (?:of|de)(?: \w+)?$/,
  },
  condition: {
    anywhere: new RegExp(`\\b(?:${lesson}|${care}|${treatment}|${year})\\b`),
    before:
      /\b(?:history of|historia de|after|post|despues de|(?:anxiety|worry|fear) (?:about|of|over)|miedo a|ansiedad por)(?: \w+)?$/,
  },
  subject: { anywhere: new RegExp(`\\b(?:${lesson}|bereave\\w*|grief|duelo|loss|survivors?|sobrevivientes?)\\b`) },
  limb: { anywhere: new RegExp(`\\b(?:${shoulder})\\b`) },
  bleeding: {
    anywhere: new RegExp(`\\b(?:${lesson}|${care}|${period})\\b`),
    before: /\bhist(?:ory|oria) (?:of|de)(?: \w+)?$/,
  },
  injury: {
    anywhere:
      /\b(?:gym|lifting|playing|soccer|football|basketball|tennis|cooking|shaving|accident\w*|running|skiing|workout|working out|jugando|cocinando)\b/,
  },
}

/** Said of what happens now: then no care or class makes a condition harmless. */
export const urgent =
  /\b(?:(?:having|dando) (?:an? |un )?(?:\w+ )?|think |creo que |right )?(?:now|ahora|help me|ayuda|symptoms?|sintomas|signs of)\b|\b(?:having an? |is having|are having|dando un)\b/

/** Everyday phrases that hold the words of a sign and mean something else; they are not looked at. */
export const everyday =
  /\b(?:labou?r (?:and )?delivery|labor day|rape seed|braxton hicks contractions|emergency contacts?|contactos? de emergencia|no es (?:una )?emergencia|eye (?:doctors?|dr|exams?|clinics?|specialists?|appointments?|drops?)|(?:doctor|medico|examen|clinica) de (?:los )?ojos|(?:^|(?:near|of|at|on) )drowning (?:creek|fork)|vision (?:insurance|plan|test)|breathe (?:well |good )?(?:through|thru|out of) (?:my|his|her|the) nose(?! (?:or|and) )|poison (?:ivy|oak|sumac)|hiedra venenosa|(?:panic|anxiety) attacks?|ataques? de (?:panico|ansiedad)|breathing (?:class|classes|exercises?|tests?|treatments?|machine)|breath tests?|bad breath|blood (?:work|tests?|draws?|pressure|sugar|types?|donations?|banks?|thinners?|counts?)|(?:prueba|pruebas|examen|examenes|analisis) de sangre|donar sangre|presion (?:arterial|alta|baja)|(?:flu|covid|allergy|steroid|cortisone|tetanus|booster|rabies|b12) shots?|chest (?:x ray|xray|x rays|ct|cold|physiotherapy)|baby blues|blue (?:cross|shield)|heart ?burn|life insurance|end of life|seguro de vida|living will|dye my hair|wake up (?:that )?(?:early|on time|in time)|(?:speaking|speak) (?:english|spanish)|respond(?:s|ing)? to (?:my )?(?:calls?|texts?|messages?|emails?)|se corta la (?:llamada|senal|video\w*)|ahogad[oa] (?:de|en|con) (?:el )?trabajo|dead (?:tooth|skin|battery))\b/g

const few = 'an?|one|two|un|una|uno|dos'
const upTo12 = `${few}|three|four|five|six|seven|eight|nine|ten|eleven|twelve|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|[1-9]|1[0-2]`
const ageOfNewborn = `(?:(?:${upTo12}|[1-7]\\d|8[0-4]) ?(?:days?|dias?)|(?:${upTo12}) ?(?:weeks?|wks?|w|semanas?)|(?:${few}|[12]) ?(?:months?|mos?|m|mes|meses))`
const baby =
  '(?:(?:baby|babys|infant|newborn|bebe)(?: (?:girl|boy|is|who is|tiene|de|of))*|(?:son|daughter|hij[oa]|nin[oa]) (?:is|who is|de))'

/** Ways to say the same, as the signs have them. */
export const sameAs: readonly [RegExp, string][] = [
  [/\bod d\b/g, 'oded'],
  [
    /\b(?:can ?not|can t|cant not|could not|couldn ?t|not able|no ?(?:puedo|puede|pueden|podia|pudo|puedes))\b/g,
    'cant',
  ],
  [/\b(?:do not|don t)\b/g, 'dont'],
  [/\b(?:does not|doesn t)\b/g, 'doesnt'],
  [/\b(?:did not|didn t)\b/g, 'didnt'],
  [/\b(?:will not|won t|would not|wouldn t)\b/g, 'wont'],
  [/\b(?:is not|isn t)\b/g, 'isnt'],
  [/\bright now\b/g, 'now'],
  [/\bmy self\b/g, 'myself'],
  [/\bover dos(e|ed|is)\b/g, 'overdos$1'],
  [/\bsobre dosis\b/g, 'sobredosis'],
  [/\bhead aches?\b/g, 'headache'],
  [/\bstomach ?aches?\b/g, 'stomachache'],
  [/\b(?:temp|temperature|temperatura)(?: of| is| de)? (?:10\d|3[89]|4[0-2])\b/g, 'fever'],
  [/\b(?:new born|recien nacid[oa])s?\b/g, 'newborn'],
  // A baby of 12 weeks or less.
  [new RegExp(`\\b${ageOfNewborn} ?(?:olds?|o)\\b`, 'g'), 'newborn'],
  [new RegExp(`\\b(${baby}) ${ageOfNewborn}\\b`, 'g'), '$1 newborn'],
  [new RegExp(`\\b${ageOfNewborn} (?:de (?:nacid[oa]|edad|vida))\\b`, 'g'), 'newborn'],
  // Ten or more of them, but not milligrams.
  [
    /\b(?:[1-9]\d|[1-9]\d\d|twenty|thirty|forty|fifty|veinte|treinta) (?=(?!mg|ml)(?:of |\w+ )?(?:pills?|tablets?|capsules?|pastillas?|tylenols?|advils?|aspirins?|benadryl|xanax|ibuprofens?)\b)/g,
    'many ',
  ],
]
