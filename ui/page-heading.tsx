import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from './link.tsx'

/** A page's one h1, with the way back above, a sentence below and actions beside. */
export const PageHeading = ({
  title,
  lead,
  back,
  actions,
}: {
  title: ReactNode
  lead?: ReactNode
  back?: { href: string; label: string }
  actions?: ReactNode
}) => (
  <header className="flex flex-col gap-2">
    {back && (
      <Link
        href={back.href}
        className="-ms-1 inline-flex min-h-9 items-center gap-1.5 self-start px-1 text-accent hover:text-accent-strong hover:underline pointer-coarse:min-h-11"
      >
        <ArrowLeft aria-hidden className="size-4" />
        {back.label}
      </Link>
    )}
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <h1 className="min-w-0 text-2xl font-bold tracking-tight sm:text-3xl">{title}</h1>
      {actions && <div className="flex flex-wrap gap-3">{actions}</div>}
    </div>
    {lead && <p className="max-w-prose text-lg text-ink-soft">{lead}</p>}
  </header>
)
