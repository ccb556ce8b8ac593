import { describe, expect, test } from 'vitest'
import { isRedFlag } from './red-flags.ts'

const emergencies = [
  'chest pain',
  'Chest pains since this morning',
  'pain in my chest',
  'CHEST TIGHTNESS',
  'heart attack',
  'stroke',
  'face drooping',
  "can't breathe",
  'I can’t breathe',
  'cannot breathe',
  'trouble breathing',
  'shortness of breath',
  'my baby is choking',
  'anaphylaxis',
  'throat closing up',
  'severe bleeding',
  'coughing up blood',
  'overdose',
  'food poisoning',
  'unconscious',
  'he passed out',
  'seizures',
  'head injury',
  'gunshot wound',
  'stabbed',
  'severe burns',
  'dolor de pecho',
  'dolores de pecho',
  'Dolor en el pecho',
  'presión en el pecho',
  'presion en el pecho',
  'infarto',
  'ataque al corazón',
  'paro cardíaco',
  'derrame cerebral',
  'no puedo respirar',
  'dificultad para respirar',
  'falta de aire',
  'hemorragias',
  'sobredosis',
  'envenenamiento',
  'está inconsciente',
  'convulsiones',
  'apuñalado',
  'herida de bala',
  'quemaduras graves',
]

const crises = [
  'suicide',
  'suicidal',
  'Suicidal thoughts',
  'kill myself',
  'I want to end my life',
  'want to die',
  'self-harm',
  'hurting myself',
  'cutting myself',
  'suicidio',
  'pensamientos suicidas',
  'quitarme la vida',
  'quiero morir',
  'no quiero vivir',
  'hacerme daño',
  'autolesión',
  'autolesiones',
]

describe('red flags', () => {
  test.each(emergencies)('"%s" is an emergency', (text) => expect(isRedFlag(text)).toBe('emergency'))
  test.each(crises)('"%s" is a crisis', (text) => expect(isRedFlag(text)).toBe('crisis'))

  test('a crisis goes before an emergency', () => expect(isRedFlag('overdose, want to die')).toBe('crisis'))

  test.each([
    '',
    'pediatrician',
    'Dr. Garcia',
    'chest x-ray',
    'keystroke injury',
    'urgent care',
    'skin rash',
    'médico de familia',
    'dolor de cabeza',
    'diedre',
  ])('"%s" is none', (text) => expect(isRedFlag(text)).toBeUndefined())

  test('a long text is read in no time', () => {
    const begun = performance.now()
    isRedFlag('a '.repeat(100_000))
    isRedFlag('chest '.repeat(50_000))
    expect(performance.now() - begun).toBeLessThan(200)
  })
})
