import type { ReactNode } from 'react'
import { classList } from './class-list.ts'

const widths = { page: 'max-w-page', form: 'max-w-form', prose: 'max-w-prose' }

/** A page's column: `page` for lists, `form` for forms, `prose` for text. The side margin is the same everywhere. */
export const Page = ({
  width = 'page',
  className,
  children,
}: {
  width?: keyof typeof widths
  className?: string
  children: ReactNode
}) => (
  <div className="mx-auto w-full max-w-page px-4 sm:px-6">
    <div className={classList(widths[width], className)}>{children}</div>
  </div>
)
