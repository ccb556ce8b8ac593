import { NothingHere, nothingHereTitle } from '../_shell/nothing-here.tsx'
import { SiteFrame } from '../_shell/site-frame.tsx'

export const generateMetadata = nothingHereTitle

/** In the public frame: who may not see a page of these does not see its surroundings either. */
export default function NotFound() {
  return (
    <SiteFrame>
      <NothingHere />
    </SiteFrame>
  )
}
