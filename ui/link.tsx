import type { ComponentProps } from 'react'
import { classList } from './class-list.ts'

export type LinkProps = ComponentProps<'a'> & {
  href: string
  /** False leaves the page scrolled as it is. */
  scroll?: boolean
}

/**
 * A link without a look of its own: an anchor that `SoftLinks` follows. A component of the browser for each link, as
 * next/link is, cost a page of results a sixth of its time. It does not fetch ahead: every page here asks the
 * database, and a list of twenty links would ask twenty times.
 */
export const Link = ({ scroll = true, ...rest }: LinkProps) => <a {...rest} data-soft={scroll ? '' : 'still'} />

/** A link in running text. */
export const TextLink = ({ className, ...rest }: LinkProps) => (
  <Link {...rest} className={classList('link', className)} />
)
