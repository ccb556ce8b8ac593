'use client'

import { useEffect, useId, useRef } from 'react'

export type SummaryError = {
  /** The id of the field it is about, which is its name; without one the line is no link. */
  field?: string
  message: string
}

/**
 * What is wrong, above the form, each line leading to its field (the GOV.UK pattern). It takes the focus with each new
 * `answer` of the form, even the same one again: by `autofocus` when the page loads with it, by script when a form
 * answers in place. While the form is on its way it takes none.
 */
export function ErrorSummary({ title, errors, answer }: { title: string; errors: SummaryError[]; answer: object }) {
  const box = useRef<HTMLDivElement>(null)
  const titleId = useId()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer is the reason to focus, though it is not read here
  useEffect(() => box.current?.focus(), [answer])
  if (errors.length === 0) return null
  return (
    <div
      ref={box}
      role="alert"
      aria-labelledby={titleId}
      tabIndex={-1}
      // biome-ignore lint/a11y/noAutofocus: a page that loads with errors starts at them, without script too
      autoFocus
      className="rounded-card border-2 border-bad-line bg-surface p-5 focus:outline-2 focus:outline-offset-2 focus:outline-accent"
    >
      <h2 id={titleId} className="text-lg font-bold">
        {title}
      </h2>
      <ul className="mt-2 flex flex-col gap-1">
        {errors.map(({ field, message }) => (
          <li key={`${field} ${message}`}>
            {field ? (
              <a href={`#${field}`} className="inline-block py-0.5 font-semibold text-bad underline underline-offset-4">
                {message}
              </a>
            ) : (
              <span className="font-semibold text-bad">{message}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
