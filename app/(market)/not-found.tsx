import { NothingHere, nothingHereTitle } from '../_shell/nothing-here.tsx'

export const generateMetadata = nothingHereTitle

/**
 * Inside the frame of the public side. Next renders the nearest of these files with every page, in case it is wanted: one at
 * the root, with a frame of its own, drew the frame two times more on each page.
 */
export default function NotFound() {
  return <NothingHere />
}
