// Not a verb: words that mean someone should not be looking for an appointment. Pure.

/** `emergency`: call 911. `crisis`: call or text 988. */
export type RedFlag = 'emergency' | 'crisis'

/**
 * What people write, without accents, in lower case. A phrase matches whole words of the text in its order; a word also
 * matches its plural. English first, then Spanish.
 */
const phrases: Record<RedFlag, readonly string[]> = {
  crisis: [
    'suicide',
    'suicidal',
    'kill myself',
    'killing myself',
    'end my life',
    'ending my life',
    'take my own life',
    'want to die',
    'wanna die',
    'better off dead',
    'no reason to live',
    'self harm',
    'self harming',
    'hurt myself',
    'hurting myself',
    'cutting myself',
    'suicidio',
    'suicida',
    'suicidarme',
    'matarme',
    'quitarme la vida',
    'acabar con mi vida',
    'quiero morir',
    'quiero morirme',
    'no quiero vivir',
    'hacerme dano',
    'autolesion',
    'cortarme',
  ],
  emergency: [
    'chest pain',
    'chest pressure',
    'chest tightness',
    'pain in my chest',
    'pain in chest',
    'heart attack',
    'cardiac arrest',
    'stroke',
    'face drooping',
    'slurred speech',
    'cant breathe',
    'can not breathe',
    'cannot breathe',
    'trouble breathing',
    'difficulty breathing',
    'not breathing',
    'stopped breathing',
    'shortness of breath',
    'choking',
    'anaphylaxis',
    'anaphylactic',
    'throat closing',
    'severe bleeding',
    'heavy bleeding',
    'bleeding heavily',
    'wont stop bleeding',
    'vomiting blood',
    'coughing up blood',
    'overdose',
    'overdosed',
    'poisoning',
    'poisoned',
    'unconscious',
    'unresponsive',
    'passed out',
    'seizure',
    'convulsion',
    'head injury',
    'gunshot',
    'gun shot',
    'stabbed',
    'stab wound',
    'drowning',
    'severe burn',
    'call 911',
    'emergency room',
    'dolor de pecho',
    'dolor en el pecho',
    'presion en el pecho',
    'infarto',
    'ataque al corazon',
    'ataque cardiaco',
    'paro cardiaco',
    'derrame cerebral',
    'no puedo respirar',
    'no puede respirar',
    'no respira',
    'dificultad para respirar',
    'falta de aire',
    'me ahogo',
    'se ahoga',
    'atragantado',
    'atragantada',
    'anafilaxia',
    'sangrado abundante',
    'hemorragia',
    'vomitando sangre',
    'vomito sangre',
    'sobredosis',
    'envenenamiento',
    'envenenado',
    'envenenada',
    'intoxicado',
    'intoxicada',
    'inconsciente',
    'desmayado',
    'desmayada',
    'apunalado',
    'apunalada',
    'herida de bala',
    'quemadura grave',
    'sala de emergencia',
  ],
}

/** A word and its plurals, English and Spanish: 'seizure(s)', 'convulsion(es)'. */
const plural = (word: string): string => `${word}(?:s|es)?`

const pattern = (list: readonly string[]): RegExp =>
  new RegExp(`(?:^| )(?:${list.map((phrase) => phrase.split(' ').map(plural).join(' ')).join('|')})(?= |$)`)

const crisis = pattern(phrases.crisis)
const emergency = pattern(phrases.emergency)

/** Lower case, no accents, no apostrophes ("can't" → "cant"), everything else that is no letter or digit a space. */
const plain = (text: string): string =>
  text
    .slice(0, 500)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Whether what someone looks for sounds like an emergency or a crisis; a crisis goes first. Case, accents and plurals do not matter. */
export function isRedFlag(text: string): RedFlag | undefined {
  const said = plain(text)
  if (crisis.test(said)) return 'crisis'
  return emergency.test(said) ? 'emergency' : undefined
}
