import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { LinkButton } from '../button.tsx'

/** The record that was opened from a list, in its own column; closing is a link back to the list. */
export const SidePanel = ({
  id,
  title,
  subtitle,
  closeHref,
  closeLabel,
  children,
  footer,
}: {
  id: string
  title: ReactNode
  subtitle?: ReactNode
  closeHref: string
  closeLabel: string
  children: ReactNode
  /** What can be done with the record. */
  footer?: ReactNode
}) => (
  <aside
    aria-labelledby={`${id}-title`}
    className="flex flex-col rounded-card border border-line bg-surface shadow-float xl:sticky xl:top-20 xl:max-h-[calc(100dvh-6rem)] xl:overflow-y-auto"
  >
    <header className="flex items-start gap-3 border-b border-line p-4">
      <div className="min-w-0 grow">
        <h2 id={`${id}-title`} className="text-lg font-semibold">
          {title}
        </h2>
        {subtitle && <div className="text-ink-soft">{subtitle}</div>}
      </div>
      <LinkButton
        href={closeHref}
        tone="quiet"
        size="small"
        className="-me-2 -mt-1"
        aria-label={closeLabel}
        aria-keyshortcuts="x"
        icon={<X aria-hidden />}
      />
    </header>
    <div className="flex flex-col gap-4 p-4">{children}</div>
    {footer && (
      <footer className="flex flex-wrap gap-2 border-t border-line bg-ground p-4 xl:sticky xl:bottom-0">
        {footer}
      </footer>
    )}
  </aside>
)
