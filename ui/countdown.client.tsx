'use client'

import { Clock } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { durationLabel } from '#lib/time.ts'

export type CountdownWords = {
  /** The deadline as the server knows it, for the first moment and without script: "This time is yours until 14:31 Mountain Time". */
  until: string
  /** With {time}: "This time is yours for {time} more". */
  left: string
  /** In the last minute: "This time is yours for less than a minute". */
  lastMinute: string
  /** When it ran out: "Your hold has ended. If the time is still free, you can still confirm it." */
  over: string
}

export type CountdownProps = {
  /** ISO instants: when the hold ends, and when the server wrote this page; the visitor's clock only counts on. */
  expiresAt: string
  serverNow: string
  locale: string
  words: CountdownWords
  /** The form that extends the hold; gone when the time is. */
  children?: ReactNode
}

const announcedMinutes = [5, 2, 1]

/** A hold's time left, in whole minutes and words. Told to screen readers politely at 5, 2 and 1 minutes and at the end. */
export function Countdown({ expiresAt, serverNow, locale, words, children }: CountdownProps) {
  const minutes = useMinutesLeft(expiresAt, serverNow)
  const isOver = minutes === 0
  const text = minutes === undefined ? words.until : sentence(minutes, words, locale)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border border-line bg-sunken px-4 py-2.5">
      <Clock aria-hidden className="size-5 shrink-0 text-ink-soft" />
      <p className="min-w-0 grow basis-56">{text}</p>
      {!isOver && children}
      <p role="status" className="sr-only">
        {useAnnouncement(minutes, text)}
      </p>
    </div>
  )
}

function sentence(minutes: number, words: CountdownWords, locale: string): string {
  if (minutes === 0) return words.over
  return minutes === 1 ? words.lastMinute : words.left.replace('{time}', durationLabel(minutes, locale))
}

/** Started minutes until `expiresAt`, undefined before the first tick; 0 when it is over. */
function useMinutesLeft(expiresAt: string, serverNow: string): number | undefined {
  const [minutes, setMinutes] = useState<number>()
  useEffect(() => {
    const limit = Date.parse(expiresAt) - Date.parse(serverNow)
    const start = Date.now()
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      clearTimeout(timer)
      const leftMs = limit - (Date.now() - start)
      setMinutes(Math.max(0, Math.ceil(leftMs / 60_000)))
      if (leftMs > 0) timer = setTimeout(tick, (leftMs % 60_000) + 50)
    }
    tick()
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }, [expiresAt, serverNow])
  return minutes
}

/** The sentence when a mark is passed, and nothing in between; the state of the page's first moment is not news. */
function useAnnouncement(minutes: number | undefined, text: string): string {
  const last = useRef(minutes)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const before = last.current
    last.current = minutes
    if (before === undefined || minutes === undefined || minutes >= before) return
    if (minutes === 0 || announcedMinutes.some((mark) => minutes <= mark && mark < before)) setSaid(text)
  }, [minutes, text])
  return said
}
