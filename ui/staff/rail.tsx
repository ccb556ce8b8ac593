import type { ReactNode } from 'react'
import { classList } from '../class-list.ts'
import { Link } from '../link.tsx'

export type RailItem = { href: string; label: string; icon: ReactNode; isCurrent?: boolean; count?: string }

/** The ways through the clinic's side. */
export const Rail = ({ label, items }: { label: string; items: RailItem[] }) => (
  <nav aria-label={label} className="min-w-0 border-b border-line bg-surface lg:border-e lg:border-b-0 print:hidden">
    <ul className="flex gap-1 overflow-x-auto p-2 lg:sticky lg:top-15 lg:flex-col lg:p-3">
      {items.map(({ href, label, icon, isCurrent, count }) => (
        <li key={href} className="shrink-0">
          <Link
            href={href}
            aria-current={isCurrent ? 'page' : undefined}
            className={classList(
              'flex min-h-9 items-center gap-2.5 rounded-control px-2.5 transition-colors pointer-coarse:min-h-11 [&_svg]:size-4.5 [&_svg]:shrink-0',
              isCurrent
                ? 'bg-accent-soft font-semibold text-accent-strong'
                : 'text-ink-soft hover:bg-sunken hover:text-ink',
            )}
          >
            {icon}
            {label}
            {count && (
              <span className="ms-auto rounded-full bg-sunken px-2 text-sm font-semibold text-ink tabular-nums">
                {count}
              </span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
)
