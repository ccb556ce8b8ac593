'use client'

import { Printer } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { Button } from '#ui/button.tsx'

const never = () => () => {}

/** Prints the page; there only once script runs, since without it the browser's own menu does the same. */
export function PrintButton({ label }: { label: string }) {
  const isThere = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  if (!isThere) return null
  return (
    <Button type="button" icon={<Printer aria-hidden />} onClick={() => window.print()} className="print:hidden">
      {label}
    </Button>
  )
}
