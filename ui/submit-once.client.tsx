'use client'

import { LoaderCircle } from 'lucide-react'
import { type ComponentProps, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { useFormStatus } from 'react-dom'
import { Button, type ButtonLook } from './button.tsx'

/**
 * Whether the form around `anchor` is on its way by it, and lets it go only once: a button knows when another button
 * sent the form, and says nothing. A form answered in place (a server action)
 * is free again when its answer came; one that leads to another page, when the visitor comes back to this one.
 */
function useOnce(anchor: RefObject<HTMLElement | null>): boolean {
  const [sent, setSent] = useState(false)
  const { pending } = useFormStatus()
  const busy = useRef(false)

  useEffect(() => {
    const form = anchor.current?.closest('form')
    if (!form) return
    const free = () => {
      busy.current = false
      setSent(false)
    }
    const send = (event: SubmitEvent) => {
      if (busy.current) {
        event.preventDefault()
        event.stopImmediatePropagation()
        return
      }
      busy.current = true
      const isButton = anchor.current instanceof HTMLButtonElement
      setSent(!isButton || event.submitter?.hasAttribute('name') !== true || event.submitter === anchor.current)
    }
    form.addEventListener('submit', send)
    window.addEventListener('pageshow', free)
    return () => {
      form.removeEventListener('submit', send)
      window.removeEventListener('pageshow', free)
    }
  }, [anchor])

  const wasPending = useRef(false)
  useEffect(() => {
    if (wasPending.current && !pending) {
      busy.current = false
      setSent(false)
    }
    wasPending.current = pending
  }, [pending])

  return sent
}

/** A submit button that works once and says so: its words become `busyLabel` until the answer is there. */
export function SubmitOnce({
  busyLabel,
  children,
  icon,
  ...rest
}: ButtonLook & ComponentProps<'button'> & { busyLabel: string; children: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null)
  const isBusy = useOnce(button)
  return (
    <>
      <Button
        {...rest}
        ref={button}
        aria-disabled={isBusy || undefined}
        icon={isBusy ? <LoaderCircle aria-hidden className="animate-spin" /> : icon}
      >
        {isBusy ? busyLabel : children}
      </Button>
      <span role="status" className="sr-only">
        {isBusy ? busyLabel : ''}
      </span>
    </>
  )
}

/** The same for a form with many buttons (times): put it anywhere inside; it dims the form and says `busyLabel`. */
export function GuardOnce({ busyLabel }: { busyLabel: string }) {
  const anchor = useRef<HTMLSpanElement>(null)
  const isBusy = useOnce(anchor)
  useEffect(() => {
    anchor.current?.closest('form')?.toggleAttribute('data-busy', isBusy)
  }, [isBusy])
  return (
    <span ref={anchor} role="status" className="sr-only">
      {isBusy ? busyLabel : ''}
    </span>
  )
}
