'use client'

import { usePathname } from 'next/navigation'
import { Rail, type RailItem } from '#ui/staff/rail.tsx'

/** The ways through the clinic's side, with the one that leads here marked: the longest that the address begins with. */
export function ClinicRail({ label, items }: { label: string; items: RailItem[] }) {
  const path = usePathname()
  const here = items
    .filter(({ href }) => path === href || path.startsWith(`${href}/`))
    .sort((one, other) => other.href.length - one.href.length)[0]
  return <Rail label={label} items={items.map((item) => ({ ...item, isCurrent: item === here }))} />
}
