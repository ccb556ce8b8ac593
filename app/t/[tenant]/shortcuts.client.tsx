'use client'

import { useEffect, useRef, useSyncExternalStore } from 'react'
import { Button } from '#ui/button.tsx'

type Props = { title: string; open: string; close: string; on: string; keys: { key: string; does: string }[] }

const stored = 'medley.shortcuts'
const changed = 'medley:shortcuts'
const isOn = (): boolean => localStorage.getItem(stored) !== 'off'
const subscribe = (tell: () => void) => {
  window.addEventListener(changed, tell)
  return () => window.removeEventListener(changed, tell)
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable], dialog') !== null

/**
 * Single keys for what a page marks with `aria-keyshortcuts`: a field is focused, all else is pressed. `?` lists them.
 * They can be turned off, because speech input and shaking hands press keys unmeant.
 */
export function Shortcuts({ title, open, close, on, keys }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const active = useSyncExternalStore(subscribe, isOn, () => true)
  useEffect(() => {
    if (!active) return
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '?') return dialog.current?.showModal()
      const target = document.querySelector<HTMLElement>(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`)
      if (!target) return
      event.preventDefault()
      if (target instanceof HTMLInputElement) target.select()
      else target.click()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [active])
  return (
    <>
      <Button
        type="button"
        size="small"
        tone="quiet"
        aria-label={open}
        className="max-lg:hidden"
        onClick={() => dialog.current?.showModal()}
      >
        <kbd className="font-sans">?</kbd>
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby="shortcuts-title"
        className="m-auto w-96 max-w-full rounded-card border border-line bg-surface p-6 text-ink shadow-float backdrop:bg-ink/40"
      >
        <h2 id="shortcuts-title" className="pb-3 text-lg font-bold">
          {title}
        </h2>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
          {keys.map(({ key, does }) => (
            <div key={key} className="contents">
              <dt>
                <kbd className="inline-block min-w-8 rounded-control border border-line-strong bg-sunken px-2 text-center font-sans font-semibold">
                  {key}
                </kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog" className="flex items-center justify-between gap-4 pt-5">
          <label className="inline-flex min-h-9 items-center gap-2">
            <input
              type="checkbox"
              className="size-5 accent-accent"
              checked={active}
              onChange={(event) => {
                localStorage.setItem(stored, event.target.checked ? 'on' : 'off')
                window.dispatchEvent(new Event(changed))
              }}
            />
            {on}
          </label>
          <Button size="small">{close}</Button>
        </form>
      </dialog>
    </>
  )
}
