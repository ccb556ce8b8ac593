import type { ComponentProps, ReactNode } from 'react'
import { classList } from './class-list.ts'
import { Link, type LinkProps } from './link.tsx'

export type ButtonTone = 'primary' | 'secondary' | 'quiet' | 'danger'

export type ButtonLook = {
  /** One primary on a screen; `quiet` has no border; `danger` undoes something of someone. Default `secondary`. */
  tone?: ButtonTone
  /** `small` for dense places; on touch screens it is as tall as the others. */
  size?: 'normal' | 'small'
  /** Fills the width of its place. */
  wide?: boolean
  /** A lucide element, before the words. */
  icon?: ReactNode
}

const tones: Record<ButtonTone, string> = {
  primary: 'border-transparent bg-accent text-on-solid hover:bg-accent-strong',
  secondary: 'border-line-strong bg-surface text-ink hover:border-ink-soft hover:bg-sunken',
  quiet: 'border-transparent text-accent hover:bg-accent-soft hover:text-accent-strong',
  danger: 'border-transparent bg-bad text-on-solid hover:opacity-90',
}

const sizes = {
  normal: 'min-h-11 px-4 text-base',
  small: 'min-h-9 px-3 text-sm pointer-coarse:min-h-11',
}

/** The classes of a button, for elements that have to look like one. */
const buttonLook = ({ tone = 'secondary', size = 'normal', wide }: ButtonLook): string =>
  classList(
    'inline-flex cursor-pointer items-center justify-center gap-2 rounded-control border py-1.5 text-center font-semibold',
    'transition-colors select-none aria-disabled:cursor-default aria-disabled:opacity-60 disabled:cursor-default disabled:opacity-60',
    '[&_svg]:size-[1.2em] [&_svg]:shrink-0',
    tones[tone],
    sizes[size],
    wide && 'w-full',
  )

/** A button; `type` is `submit` unless said otherwise, as in HTML. */
export const Button = ({
  tone,
  size,
  wide,
  icon,
  className,
  children,
  ...rest
}: ButtonLook & ComponentProps<'button'>) => (
  <button {...rest} className={classList(buttonLook({ tone, size, wide }), className)}>
    {icon}
    {children}
  </button>
)

/** A link that looks like a button, for going on to a page. */
export const LinkButton = ({ tone, size, wide, icon, className, children, ...rest }: ButtonLook & LinkProps) => (
  <Link {...rest} className={classList(buttonLook({ tone, size, wide }), className)}>
    {icon}
    {children}
  </Link>
)
