'use client'

import { X } from 'lucide-react'
import { ChipButton } from '#ui/chip.tsx'
import { classList } from '#ui/class-list.ts'
import { Disclosure } from '#ui/disclosure.tsx'
import { Link } from '#ui/link.tsx'

/** How many of a facet are seen at once. */
const choicesShown = 8

export type Choice = { href: string; label: string; count: string; isChosen: boolean }

type FacetProps = {
  id: string
  title: string
  /** The `Choice[]` as JSON, see `ResultList`. */
  choices: string
  remove: string
  more: string
  counted: string | undefined
}

/** One filter: a chip and the list that it opens; in the phone's sheet the list alone, under its name. */
export const Facet = ({ id, title, choices, remove, more, counted }: FacetProps) => {
  const all = JSON.parse(choices) as Choice[]
  const [first, rest] = [all.slice(0, choicesShown), all.slice(choicesShown)]
  const anchor = `--facet-${id}`
  return (
    <>
      <ChipButton popoverTarget={`facet-${id}`} style={{ anchorName: anchor }} className="max-lg:hidden">
        {title}
      </ChipButton>
      <nav
        id={`facet-${id}`}
        popover="auto"
        aria-label={title}
        style={{ positionAnchor: anchor }}
        className="chip-list border-line bg-surface text-ink"
      >
        <h3 className="pb-1 font-semibold lg:hidden">{title}</h3>
        <Choices choices={first} remove={remove} />
        {rest.length > 0 && (
          <Disclosure summary={more} isOpen={rest.some(({ isChosen }) => isChosen)}>
            <Choices choices={rest} remove={remove} />
          </Disclosure>
        )}
        {counted && <p className="pt-3 text-sm text-ink-soft">{counted}</p>}
      </nav>
    </>
  )
}

const Choices = ({ choices, remove }: { choices: Choice[]; remove: string }) => (
  <ul>
    {choices.map(({ href, label, count, isChosen }) => (
      <li key={href}>
        <Link
          href={href}
          aria-current={isChosen ? 'true' : undefined}
          className={classList(
            '-mx-2 flex min-h-9 items-center gap-2 rounded-control px-2 pointer-coarse:min-h-11',
            isChosen ? 'bg-accent-soft font-semibold text-accent-strong' : 'hover:bg-sunken',
          )}
        >
          <span className="min-w-0 grow py-1">{label}</span>
          {isChosen ? (
            <>
              <X aria-hidden className="size-4 shrink-0" />
              <span className="sr-only">{remove}</span>
            </>
          ) : (
            <span className="shrink-0 text-sm whitespace-nowrap text-ink-soft tabular-nums">{count}</span>
          )}
        </Link>
      </li>
    ))}
  </ul>
)
