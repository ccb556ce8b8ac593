import type { ReactNode } from 'react'
import { classList } from './class-list.ts'

/** A bordered ground for one thing. `as` picks the element: `article` for a result, `section` for a part of a page. */
export const Card = ({
  as: Element = 'div',
  className,
  children,
  ...rest
}: {
  as?: 'div' | 'article' | 'section' | 'li' | 'aside'
  className?: string
  children: ReactNode
  id?: string
  'aria-labelledby'?: string
}) => (
  <Element {...rest} className={classList('rounded-card border border-line bg-surface p-4 sm:p-5', className)}>
    {children}
  </Element>
)
