import { NothingHere, nothingHereTitle } from './_shell/nothing-here.tsx'
import { SiteFrame } from './_shell/site-frame.tsx'
import RootLayout from './layout.tsx'

export const generateMetadata = nothingHereTitle

/** An address that no page has. Without this file Next wants a not-found.tsx at the root, and draws it with every page. */
export default function GlobalNotFound() {
  return (
    <RootLayout>
      <SiteFrame>
        <NothingHere />
      </SiteFrame>
    </RootLayout>
  )
}
