import type { ReactNode } from 'react'

/** Nothing here, why, and what to do about it. */
export const EmptyState = ({
  icon,
  title,
  children,
  actions,
  headingLevel: Heading = 'h2',
}: {
  icon?: ReactNode
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
  headingLevel?: 'h2' | 'h3'
}) => (
  <div className="flex flex-col items-start gap-3 rounded-card border border-dashed border-line-strong p-6 sm:p-8">
    {icon && (
      <span
        aria-hidden
        className="flex size-10 items-center justify-center rounded-full bg-sunken text-ink-soft [&_svg]:size-5"
      >
        {icon}
      </span>
    )}
    <Heading className="text-lg font-semibold">{title}</Heading>
    {children && <div className="max-w-prose text-ink-soft">{children}</div>}
    {actions && <div className="flex flex-wrap gap-3 pt-1">{actions}</div>}
  </div>
)
