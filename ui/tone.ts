/** What a colour means. Never said by colour alone: an icon or a word goes with it. */
export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad' | 'info'

/** Ground, border and text of a tone. */
export const toneLook: Record<Tone, string> = {
  neutral: 'bg-sunken border-line-strong text-ink',
  accent: 'bg-accent-soft border-accent text-accent-strong',
  good: 'bg-good-soft border-good-line text-good',
  warn: 'bg-warn-soft border-warn-line text-warn',
  bad: 'bg-bad-soft border-bad-line text-bad',
  info: 'bg-info-soft border-info-line text-info',
}
