// Not a verb: the table of signs that a text is about an emergency, a crisis or a poisoning. Pure.

/**
 * `emergency`: call 911. `crisis`: call or text 988. `poison`: call Poison Help. `assault`: call RAINN. `violence`: call the
 * National Domestic Violence Hotline.
 */
export type RedFlag = 'crisis' | 'poison' | 'assault' | 'violence' | 'emergency'

/**
 * How a sign may be meant otherwise. `always`: nothing makes it harmless. `symptom`: a class, a follow-up or a history is
 * no emergency. `condition`: the name of an illness, which people also name for its care ("stroke rehab"). `subject`: a
 * word that courses and grief counseling have too. `injury`: may be an accident of sport or work. `limb`: an arm that a
 * shoulder's illness stops. `bleeding`: a symptom that a period has too.
 */
export type Strength = 'always' | 'symptom' | 'condition' | 'subject' | 'injury' | 'limb' | 'bleeding'

/**
 * The signs, a line for each thing that they tell. Words in capitals are ideas of `red-flag-words.ts`, others stand as
 * they are; ^ is the start of the text and $ its end. All words of a sign must be found within a stretch of the text, in
 * any order, or in this one after `>`. `/3`: the last is at most 3 words after the first; 6 unless said.
 *
 * Sources. Emergencies: the warning signs of a medical emergency of the American College of Emergency Physicians as
 * MedlinePlus lists them (medlineplus.gov/ency/article/001927.htm); American Heart Association, warning signs of heart
 * attack, stroke (F.A.S.T.) and cardiac arrest (heart.org); CDC, signs and symptoms of stroke (cdc.gov/stroke). Crises:
 * 988 Suicide & Crisis Lifeline, warning signs (988lifeline.org; /get-help/what-to-expect: press 2 for Spanish, or text AYUDA). Poisoning: HRSA Poison Help,
 * 1-800-222-1222 (poisonhelp.hrsa.gov), and 911 when someone collapsed, has a seizure or cannot breathe. Fever of a baby
 * of 12 weeks or less, 100.4 °F or more: American Academy of Pediatrics (healthychildren.org, "When to Call the
 * Pediatrician: Fever"); NHS, high temperature in children, under 3 months (nhs.uk). A baby that moves less or not before
 * its birth: NHS, your baby's movements (nhs.uk). A period is none unless it soaks a pad an hour: ACOG, heavy menstrual
 * bleeding (acog.org). Assault: RAINN, 1-800-656-4673 (rainn.org). Violence at home: National Domestic Violence Hotline,
 * 1-800-799-7233 (thehotline.org).
 */
export const signs: Record<RedFlag, Partial<Record<Strength, readonly string[]>>> = {
  crisis: {
    always: [
      'KILL SELF /3, KILL self /3, hang SELF /3, shoot SELF /3, > jump off bridge /4, WANT kms /3, unalive',
      '> ^ kms $ /2, > might kms /1, > ima kms /1, > will kms /1, > ill kms /1, > kms tonight /2, > kms now /2',
      'ME WANT matar /3, matarme, WANT matarse /4',
      '> CANT do this anymore /3, WANT OVERDOSE /3, planning OVERDOSE /3',
      'SUICIDAL, WANT SUICIDE, commit SUICIDE, tried SUICIDE, ideas SUICIDE',
      'WANT DIE /5, rather DIE /3, > feel like dying /2, nobody care died /8, > wont be alive /3, WANT disappear /4',
      '> better off dead /2, > better off without /2',
      '> NO WANT LIVE /5, > NO WANT LIFE /5, > NO WANT here anymore, > NO WANT seguir $ /4',
      '> NO reason LIVE, > NO reason LIFE, nothing LIVE for /3, > NO worth LIVE /3, > NO vale LIVE /4, sentido vida /4',
      '> CANT go on $ /3, > CANT go on anymore /3, > CANT go on like /3, > CANT mas $ /2',
      '> END MINE LIFE /3, > ME END LIFE /4, quitarme LIFE /3, quitarse LIFE /3',
      '> WANT end it $ /4, > WANT ending it $ /4, > ready end it $ /4, > just end it $ /3, > WANT it to end $ /4',
      '> WANT end everything /4, > like ending it $ /3, > about end it $ /4, > terminar con todo /3',
      '> END it all /3, > end it tonight /2, > ending it tonight /2, > end it now /2, > acabar con todo /3',
      '> WANT no despertar /4, > WANT NO WAKE /5, > wish wont WAKE /5, hope NO WAKE /4',
      'SELF_HARM, WANT HURT SELF /4, hacerme dano /3, hacerse dano /3',
      'CUT wrists /3, razor wrists, cortar venas /3, CUT venas /4, > ME CUT brazos /4, > ME CUT munecas /4',
      'corte venas /3, corte munecas /3, abri venas /3, abrir venas /3, slit wrist /3, slashed wrists /3',
      'WANT KILL OTHERS /4, WANT matar OTHERS /4, WANT HURT OTHERS /4, > WANT HURT BABY /4, hacerle dano /3',
      '> 988 $ /1, call 988 /3, text 988 /3',
    ],
    injury: ['HURT SELF /3, CUT SELF /3, HURT self /2, > ME corta /1'],
    subject: ['SUICIDE, self HURT /2'],
  },
  poison: {
    always: [
      'TAKEN MANY PILLS /8, TAKEN wrong PILLS, TAKEN PILLS twice /8, > TAKEN whole bottle /4',
      '> PILLS de mas /3, > pase de dosis /2',
      'TAKEN PILLS DIE /10, TAKEN PILLS KILL /10, TAKEN PILLS matarme /10',
      'CHILD EATEN PILLS /8, > CHILD into PILLS, SWALLOW PILLS /3, DRUNK_OR_EATEN TOXIN',
      '> CAUSTIC in EYE /4, > CAUSTIC into EYE /4, > CAUSTIC en EYE /4, > CAUSTIC al EYE /2, > CAUSTIC EYE /1',
      'gas leak /2, smell gas /3, fuga gas /3, huele gas /3',
    ],
    condition: ['OVERDOSE, POISON, > od on /1, oded'],
  },
  assault: {
    always: [
      'RAPED, rape kit /2, me violo /1, fui violado /2, fue violado /2, sexually assaulted /2, sexually abused /2',
      '> forced me sex /4, > forced into sex /4, > abusaron de mi /2, > abuso de mi /2, abusaron sexualmente /2',
    ],
    condition: ['rape, violacion, sexual assault /1, sexual abuse /1, agresion sexual /1, abuso sexual /1'],
  },
  violence: {
    always: [
      '> PARTNER HITS me /3, > PARTNER keeps HITS me /4, > PARTNER me HITS /3, > PARTNER HITS KILL /3, > me HITS mi PARTNER /4',
      '> PARENT HITS me /3, > PARENT me HITS /2, > me HITS mi PARENT /3',
      '> beaten by PARTNER /3, > hit by my PARTNER /3, > abused by PARTNER /3, abusive PARTNER /2, > abusive relationship /1',
      '> afraid of my PARTNER /3, > scared of my PARTNER /3, miedo mi PARTNER /3, > NO feel safe home /4',
    ],
    subject: ['domestic violence /1, domestic abuse /1, violencia domestica /1, violencia familiar /1'],
  },
  emergency: {
    always: [
      'CANT BREATHE /2, CANT GET BREATHE /4, CANT GET air /4, > NOT_ANY_MORE BREATHE /3',
      'HEART stopping /3, HEART stopped /3',
      'CANT stop BLEED /4, NOT_ANY_MORE STOP BLEED, NOT_ANY_MORE STOP BLOOD',
      '> NOT_ANY_MORE WAKE /3, > NOT_ANY_MORE RESPOND /3',
      'CANT MOVE FACE /4, CANT MOVE HALF /4',
      'CANT feel HALF, CANT feel FACE /4, CANT feel LIMB /4',
      '> no siento HALF /4, > no siento FACE /4, > no siento LIMB /4',
      '> 911 $ /1, call 911 /3, dial 911 /3, llame 911 /3, llamar 911 /3, need 911 /4',
      '> ^ EMERGENCY $ /2, > ^ EMERGENCY now, > ^ EMERGENCY help, > ^ help EMERGENCY, > ^ medical EMERGENCY $ /3',
      '> is an EMERGENCY /2, > its an EMERGENCY /2, > have an EMERGENCY /2, > having EMERGENCY /4, > ^ es EMERGENCY $ /3',
      'urgent EMERGENCY /1, > ^ er $ /2, > er near me /2',
      '> es una EMERGENCY /2, > tengo una EMERGENCY /2, EMERGENCY medica /1',
    ],
    limb: ['CANT MOVE LIMB /4'],
    bleeding: ['BAD BLEED /4, BAD BLOOD /3'],
    symptom: [
      'TROUBLE BREATHE /4, SHORT BREATHE /3, SHORT AIR /3, gasping air /3, gasping BREATHE /3',
      'BLUE LIPS /4, BLUE FACE /3, TURNED BLUE /2, TURNED BLUE BABY, TURNED BLUE CHILD',
      'CHEST PAIN, CHEST PRESSURE, left arm CHEST, brazo izquierdo CHEST, left arm PAIN jaw /8, PAIN jaw sweating /8',
      'FACE DROOP, cayo HALF FACE, FACE NUMB /5, HALF NUMB /4, LIMB WEAK /3',
      'SUDDEN WEAK, SUDDEN NUMB, SUDDEN LIMB NUMB, SUDDEN SEE /4, lost vision /3, lost sight /3, SUDDEN dizzy /3',
      'SLUR, gibberish, CANT TALK bien /4, CANT TALK right /4, CANT TALK SUDDEN',
      'SUDDEN confusion /3, SUDDEN confused /3, SUDDEN confundido /4, SUDDEN confundida /4',
      'WORST HEADACHE /4, SUDDEN HEADACHE, thunderclap HEADACHE /2, confused fever, fever stiff neck',
      'gushing BLOOD, squirting BLOOD, spurting BLOOD, HEMORRHAGE, BLOOD boca /3, BLOOD mouth /3',
      'VOMIT BLOOD, COUGH BLOOD, PREGNANT BLEED, PREGNANT BLOOD',
      'FAINT, > dropped floor /4, > passed out /1, > passing out /1, > blacked out /1, > knocked out /1, perdio conocimiento /2',
      'UNCONSCIOUS, foaming, espuma boca /3',
      'BAD ALLERGIC, THROAT CLOSE /5, THROAT SWELLING /5, TONGUE SWELLING /4, TONGUE swollen /3, TONGUE big /5',
      'LIPS SWELLING /4, FACE SWELLING /4, used epipen /3, epipen help',
      '> in labor /1, > in labour /1, active labor /1, > labor PAIN /1, > PAIN de parto /2, > giving birth now /2',
      '> trabajo de parto /2, > estoy de parto /2, > is giving birth /2, > im giving birth /2',
      '> contractions apart /5, > contractions every /2, > having contractions /2, > tengo contracciones /2',
      '> contracciones cada /2, contracciones seguidas /3',
      '> BABY NOT_ANY_MORE STIR /4, > no STIR BABY /4, > hasnt felt BABY /3, > havent felt BABY /3, > CANT feel BABY /3',
      '> BABY hasnt moved /2, > BABY hasnt kicked /2, > no movement BABY /3, > no he sentido BABY /5, > no siento BABY /5',
      '> NO feel BABY STIR, decreased fetal movement /3, reduced fetal movement /3',
      'NEWBORN FEVER /10, BAD WHEEZE /3, CANT stop WHEEZE /4, BABY WHEEZE /4, silba pecho /3',
      '> CANT SEE EYE /6, > no veo EYE /5, > ^ CANT SEE $ /3, > i CANT SEE $ /3, > CANT see anything /3, > CANT ver nada /3',
      '> no veo nada /2, > went blind /2, > going blind EYE /4',
      'perdi vista /3, perdio vista /3, > fue vista /2, curtain vision /4, soaking pad hour, soaked pad hour, pads hour BLEED',
      '> water broke /2, > into labor /1, BABY coming now, BABY coming out /4, > ya viene BABY /4, > rompio fuente /2',
      'gunshot, > gun shot /1, > got shot /1, > was shot /1, > been shot /1, dispararon, balazo, WOUND bala /2',
      'STAB, > stab WOUND /1, DEEP WOUND /3, DEEP CUT /3',
      'head injury /2, > hit head /3, bone sticking /3, hueso expuesto /2',
      'BAD BURN, BURN FACE, degree BURN /2, boiling BURN, agua hirviendo BURN',
      'SNAKE BITE /4, snakebite, BAD BELLY PAIN /5, BAD BELLY cramps /4, SUDDEN BELLY PAIN /4, WORST BELLY PAIN /4',
      'BAD stomachache /3',
      'emergency room /2, sala emergencia /3, sala emergencias /3, ambulance, ambulancia',
    ],
    condition: [
      'STROKE, HEART ATTACK /4, HEART arrest /2, paro HEART /2, HEART_ATTACK, ASTHMA ATTACK /3',
      'CONVULSION, ATTACK epilepsia /3, ATTACK epileptico /3, CHOKE, DROWN, ELECTROCUTED, ANAPHYLAXIS',
      'appendicitis, apendicitis, appendix burst /3',
    ],
  },
}
