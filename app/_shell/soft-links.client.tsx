'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Whether a click asks for this link here and now: no other key or button, no new tab, no file, no other site. */
const asksHere = (event: MouseEvent, link: HTMLAnchorElement): boolean =>
  !event.defaultPrevented &&
  event.button === 0 &&
  !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) &&
  (link.target === '' || link.target === '_self') &&
  !link.hasAttribute('download') &&
  link.origin === window.location.origin

/** Follows the links of `ui/link.tsx` without loading the document anew: one listener for all of a page. */
export function SoftLinks() {
  const router = useRouter()
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[data-soft]') : null
      if (!(link instanceof HTMLAnchorElement) || !asksHere(event, link)) return
      event.preventDefault()
      const { pathname, search, hash, dataset } = link
      router.push(`${pathname}${search}${hash}`, { scroll: dataset.soft !== 'still' })
    }
    document.addEventListener('click', follow)
    return () => document.removeEventListener('click', follow)
  }, [router])
  return null
}
