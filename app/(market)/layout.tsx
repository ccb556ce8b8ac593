import type { ReactNode } from 'react'
import { SiteFrame } from '../_shell/site-frame.tsx'

export default function MarketLayout({ children }: { children: ReactNode }) {
  return <SiteFrame>{children}</SiteFrame>
}
