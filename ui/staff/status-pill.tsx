import type { ReactNode } from 'react'
import { classList } from '../class-list.ts'
import { type Tone, toneLook } from '../tone.ts'

export type StatusLook = {
  tone: Tone
  /** Told by shape as well as by colour: stripes for what is unsure or closed, dashes for what is not there yet, struck for what fell away. */
  pattern?: 'plain' | 'striped' | 'dashed' | 'struck'
}

const patterns = { plain: '', striped: 'striped', dashed: 'border-dashed', struck: 'line-through decoration-1' }

/** A record's state in a dense place: word, icon, colour and pattern. */
export const StatusPill = ({
  tone,
  pattern = 'plain',
  icon,
  children,
}: StatusLook & { icon: ReactNode; children: ReactNode }) => (
  <span
    className={classList(
      'inline-flex items-center gap-1 rounded-control border px-1.5 text-sm leading-5.5 font-semibold whitespace-nowrap [&_svg]:size-3.5 [&_svg]:shrink-0',
      toneLook[tone],
      patterns[pattern],
    )}
  >
    {icon}
    {children}
  </span>
)
