import type { ReactNode } from 'react'
import { classList } from './class-list.ts'
import { type Tone, toneLook } from './tone.ts'

/** A short state: an icon with a word, so that its colour says nothing alone. */
export const Badge = ({ tone = 'neutral', icon, children }: { tone?: Tone; icon: ReactNode; children: ReactNode }) => (
  <span
    className={classList(
      'inline-flex items-center gap-1 rounded-full border px-2 py-px text-sm font-semibold whitespace-nowrap',
      '[&_svg]:size-3.5 [&_svg]:shrink-0',
      toneLook[tone],
    )}
  >
    {icon}
    {children}
  </span>
)
