import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

/** More to read for those who ask: the browser's own details. */
export const Disclosure = ({
  summary,
  children,
  isOpen,
}: {
  summary: ReactNode
  children: ReactNode
  isOpen?: boolean
}) => (
  <details open={isOpen} className="group">
    <summary className="-ms-1 inline-flex min-h-9 cursor-pointer list-none items-center gap-1.5 rounded-control px-1 font-semibold text-accent hover:text-accent-strong pointer-coarse:min-h-11 [&::-webkit-details-marker]:hidden">
      <ChevronRight aria-hidden className="size-4 shrink-0 transition-transform group-open:rotate-90" />
      {summary}
    </summary>
    <div className="ms-1 mt-1 border-s-2 border-line ps-4">{children}</div>
  </details>
)
