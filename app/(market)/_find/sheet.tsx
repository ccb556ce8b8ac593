import type { ReactNode } from 'react'
import { Button } from '#ui/button.tsx'
import { classList } from '#ui/class-list.ts'

/**
 * A part of the page that a phone keeps in a sheet over it, opened by a `SheetButton` and closed by the browser itself
 * (a popover: no script). From `lg` on it stands in its place.
 */
export const Sheet = ({
  id,
  title,
  close,
  isPlain,
  children,
}: {
  id: string
  title: string
  /** The words of its button on a phone. */
  close: string
  /** In its place it has no ground of its own. */
  isPlain?: boolean
  children: ReactNode
}) => (
  <div
    id={id}
    popover="auto"
    className={classList(
      'inset-x-0 top-auto bottom-0 m-0 max-h-[85dvh] w-full max-w-none overflow-y-auto border-line bg-surface p-4 text-ink backdrop:bg-ink/30 max-lg:rounded-t-card max-lg:border-t max-lg:shadow-float',
      'lg:static lg:block lg:max-h-none lg:w-auto lg:overflow-visible',
      isPlain ? 'lg:border-0 lg:bg-transparent lg:p-0' : 'lg:rounded-card lg:border lg:p-6',
    )}
  >
    <div className="flex items-center justify-between pb-2 lg:hidden">
      <h2 className="text-lg font-bold">{title}</h2>
      <Button type="button" tone="quiet" popoverTarget={id} popoverTargetAction="hide" className="-me-4">
        {close}
      </Button>
    </div>
    {children}
  </div>
)

/** What opens a sheet on a phone. */
export const SheetButton = ({ id, icon, children }: { id: string; icon: ReactNode; children: ReactNode }) => (
  <Button type="button" size="small" popoverTarget={id} icon={icon} className="lg:hidden">
    {children}
  </Button>
)
