import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { classList } from './class-list.ts'

export type TimelineStep = {
  title: ReactNode
  detail?: ReactNode
  /** When, in words. */
  when?: ReactNode
  state: 'done' | 'now' | 'next'
  /** The state in a word, for those who do not see the line ("Done", "Next"). */
  stateLabel: string
}

const dots = {
  done: 'border-good-line bg-good-soft text-good',
  now: 'border-accent bg-accent text-on-solid',
  next: 'border-line-strong bg-surface',
}

/** What happens, in order, as a vertical line of steps. */
export const Timeline = ({ steps }: { steps: TimelineStep[] }) => (
  <ol className="flex flex-col">
    {steps.map(({ title, detail, when, state, stateLabel }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the line
      <li key={index} className="group relative flex gap-3 pb-6 last:pb-0">
        <span aria-hidden className="absolute start-3 top-7 bottom-1 w-px -translate-x-1/2 bg-line group-last:hidden" />
        <span
          aria-hidden
          className={classList(
            'mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-full border',
            dots[state],
          )}
        >
          {state === 'done' && <Check className="size-4" />}
          {state === 'now' && <span className="size-2 rounded-full bg-on-solid" />}
        </span>
        <div className="min-w-0">
          <p className="font-semibold">
            <span className="sr-only">{stateLabel}: </span>
            {title}
          </p>
          {when && <p className="text-ink-soft">{when}</p>}
          {detail && <div className="mt-1 max-w-prose">{detail}</div>}
        </div>
      </li>
    ))}
  </ol>
)
