import { ChevronDown, X } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { classList } from './class-list.ts'
import { Link } from './link.tsx'

const look =
  'relative inline-flex min-h-9 cursor-pointer items-center gap-1.5 rounded-full border px-3 text-base transition-colors select-none ' +
  'pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0'
const idle = 'border-line-strong bg-surface text-ink hover:border-ink-soft hover:bg-sunken'
const chosen = 'border-accent bg-accent-soft text-accent-strong font-semibold'

type ChipProps = {
  label: ReactNode
  /** How many there are, as already formatted words. */
  count?: string
  icon?: ReactNode
}

const Words = ({ label, count, icon }: ChipProps) => (
  <>
    {icon}
    <span>{label}</span>
    {count && <span className="font-normal text-ink-soft tabular-nums">{count}</span>}
  </>
)

/** A filter as a link: the whole choice stands in the address. `removeLabel` says what a chosen one does when followed. */
export const ChipLink = ({
  href,
  isChosen,
  removeLabel,
  ...words
}: ChipProps & { href: string; isChosen?: boolean; removeLabel?: string }) => (
  <Link href={href} aria-current={isChosen ? 'true' : undefined} className={classList(look, isChosen ? chosen : idle)}>
    <Words {...words} />
    {isChosen && <X aria-hidden />}
    {isChosen && removeLabel && <span className="sr-only">{removeLabel}</span>}
  </Link>
)

/** A filter as a button that opens what can be chosen: `popoverTarget` is the id of a popover. */
export const ChipButton = ({ children, className, ...rest }: ComponentProps<'button'>) => (
  <button {...rest} type="button" className={classList(look, idle, className)}>
    {children}
    <ChevronDown aria-hidden />
  </button>
)
