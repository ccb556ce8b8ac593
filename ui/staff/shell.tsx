import type { CSSProperties, ReactNode } from 'react'
import { tenantHue } from './tenant-hue.ts'

/**
 * The frame of the clinic's side: a rail at the left (a row on narrow screens), the scope always in view with the
 * clinic's colour, and the page. The side panel belongs to the page (`WithPanel`).
 */
export const StaffShell = ({
  tenantId,
  rail,
  scope,
  children,
}: {
  tenantId: string
  rail: ReactNode
  scope: ReactNode
  children: ReactNode
}) => (
  <div
    style={{ '--tenant-hue': tenantHue(tenantId) } as CSSProperties}
    className="grid min-h-dvh grid-cols-1 grow grid-rows-[auto_auto_1fr] bg-ground lg:grid-cols-[13rem_1fr] lg:grid-rows-[auto_1fr] print:block"
  >
    <div className="sticky top-0 z-20 lg:col-span-2">{scope}</div>
    {rail}
    <main id="main" tabIndex={-1} className="min-w-0 p-4 sm:p-6">
      {children}
    </main>
  </div>
)

/** Who and where one is working as: the clinic's name with its colour, then the place, then what belongs to the person. */
export const ScopeHeader = ({
  home,
  tenant,
  place,
  person,
}: {
  home: ReactNode
  tenant: string
  place?: ReactNode
  person?: ReactNode
}) => (
  <header className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-1 border-t-4 border-b border-t-[oklch(0.6_0.13_var(--tenant-hue))] border-b-line bg-surface px-4 py-1.5">
    {home}
    <p className="flex min-w-0 flex-1 items-center gap-2 border-s border-line ps-4 font-semibold sm:flex-none">
      <span aria-hidden className="size-3 shrink-0 rounded-full bg-[oklch(0.6_0.13_var(--tenant-hue))]" />
      <span className="truncate">{tenant}</span>
    </p>
    {place && <div className="max-sm:order-last max-sm:w-full">{place}</div>}
    {person && <div className="ms-auto flex items-center gap-2">{person}</div>}
  </header>
)

/** A list, and beside it the record that was opened from it; where there is no room for both, the record alone. */
export const WithPanel = ({ panel, children }: { panel?: ReactNode; children: ReactNode }) =>
  panel ? (
    <div className="xl:grid xl:grid-cols-[1fr_26rem] xl:items-start xl:gap-6">
      <div className="min-w-0 max-xl:hidden">{children}</div>
      {panel}
    </div>
  ) : (
    children
  )
