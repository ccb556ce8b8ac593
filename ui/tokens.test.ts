import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

type Scheme = 'light' | 'dark'
type Rgb = [number, number, number]

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** Every `--color-x: light-dark(oklch(…), oklch(…))` of the sheet. */
const tokens = new Map(
  [...css.matchAll(/--color-([\w-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light: linear(light), dark: linear(dark) }],
  ),
)

/** Linear sRGB of 'L C H', clipped to what a screen can show, as browsers do. */
function linear(oklch: string): Rgb {
  const [l = 0, c = 0, h = 0] = oklch.split(/\s+/).map(Number)
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const [x, y, z] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ]
  const clip = (value: number) => Math.min(1, Math.max(0, value))
  return [
    clip(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z),
    clip(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z),
    clip(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z),
  ]
}

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b

function contrast(one: string, other: string, scheme: Scheme): number {
  const [a, b] = [one, other].map((name) => {
    const token = tokens.get(name)
    if (!token) throw new Error(`no token ${name}`)
    return luminance(token[scheme]) + 0.05
  })
  return Math.max(a ?? 0, b ?? 0) / Math.min(a ?? 1, b ?? 1)
}

const grounds = ['ground', 'surface', 'sunken']
const states = ['good', 'warn', 'bad', 'info']
const pairs = (ones: string[], others: string[]) => ones.flatMap((one) => others.map((other) => [one, other] as const))

describe.each<Scheme>(['light', 'dark'])('%s', (scheme) => {
  test.each(pairs(['ink', 'ink-soft'], grounds))('%s on %s reads as body text (7:1)', (text, ground) => {
    expect(contrast(text, ground, scheme)).toBeGreaterThanOrEqual(7)
  })

  test.each(pairs(['ink'], ['accent-soft', ...states.map((state) => `${state}-soft`)]))(
    '%s on %s reads as body text (7:1)',
    (text, ground) => {
      expect(contrast(text, ground, scheme)).toBeGreaterThanOrEqual(7)
    },
  )

  test.each([
    ...pairs(['accent', 'accent-strong'], [...grounds, 'accent-soft']),
    ...pairs(['on-solid'], ['accent', 'accent-strong', 'bad']),
    ...states.map((state) => [state, `${state}-soft`] as const),
    ...pairs(states, grounds),
  ])('%s on %s reads as any text (4.5:1)', (text, ground) => {
    expect(contrast(text, ground, scheme)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(pairs(['line-strong', 'accent', 'bad-line'], grounds))(
    '%s shows on %s as a border of controls (3:1)',
    (line, ground) => {
      expect(contrast(line, ground, scheme)).toBeGreaterThanOrEqual(3)
    },
  )
})
