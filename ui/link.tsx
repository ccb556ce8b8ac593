import NextLink from 'next/link'
import type { ComponentProps } from 'react'
import { classList } from './class-list.ts'

export type LinkProps = ComponentProps<typeof NextLink>

/**
 * A link without a look of its own. It does not fetch ahead: every page here asks the database, and a list of twenty
 * links would ask twenty times.
 */
export const Link = (props: LinkProps) => <NextLink prefetch={false} {...props} />

/** A link in running text. */
export const TextLink = ({ className, ...rest }: LinkProps) => (
  <Link {...rest} className={classList('link', className)} />
)
