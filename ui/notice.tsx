import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classList } from './class-list.ts'

type NoticeTone = 'info' | 'good' | 'warn' | 'bad'

const looks: Record<NoticeTone, string> = {
  info: 'border-info-line/45 bg-info-soft [&>svg]:text-info',
  good: 'border-good-line/45 bg-good-soft [&>svg]:text-good',
  warn: 'border-warn-line/45 bg-warn-soft [&>svg]:text-warn',
  bad: 'border-bad-line/45 bg-bad-soft [&>svg]:text-bad',
}
const icons = { info: Info, good: CircleCheck, warn: TriangleAlert, bad: CircleAlert }

/**
 * Something to know before going on. `role` only for what appears after the page: `status` waits its turn, `alert`
 * interrupts. `kind` is the tone in a word for those who do not see the icon ("Warning").
 */
export function Notice({
  tone = 'info',
  kind,
  title,
  role,
  children,
  className,
}: {
  tone?: NoticeTone
  kind?: string
  title?: ReactNode
  role?: 'status' | 'alert'
  children?: ReactNode
  className?: string
}) {
  const Icon = icons[tone]
  return (
    <div role={role} className={classList('flex items-start gap-3 rounded-card border p-4', looks[tone], className)}>
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div className="flex max-w-prose min-w-0 flex-col gap-1 wrap-anywhere">
        {kind && <span className="sr-only">{kind}</span>}
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
    </div>
  )
}
