import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { isDemo } from '#lib/env.ts'
import { SiteFrame } from '../../_shell/site-frame.tsx'

export const metadata: Metadata = { robots: { index: false } }

/** What helps to look around in the demo. Elsewhere there is nothing at these addresses. */
export default function DevLayout({ children }: { children: ReactNode }) {
  if (!isDemo()) notFound()
  return <SiteFrame>{children}</SiteFrame>
}
