import type { ReactNode } from 'react'
import { classList } from './class-list.ts'

export type TimeChoice = {
  /** What the form sends as `choice`. */
  value: string
  /** '14:20' */
  label: string
}

/**
 * One free time: a submit button that sends `name=value`. What it belongs to is said before the clock for those who
 * meet the button out of its row: `context` is "Dr Ada Reyes, Tuesday 24 November".
 */
const TimeButton = ({
  name = 'choice',
  value,
  label,
  context,
  isChosen,
}: TimeChoice & {
  name?: string
  context?: string
  isChosen?: boolean
}) => (
  <button
    type="submit"
    name={name}
    value={value}
    aria-label={context && `${context}, ${label}`}
    aria-current={isChosen ? 'true' : undefined}
    className="time-choice"
  >
    {label}
  </button>
)

export type DayOfTimes = {
  /** Local date, 'YYYY-MM-DD'. */
  date: string
  /** 'Today', 'Tue 24 Nov' or in full. */
  label: string
  /** The day in full for the buttons' names; the label when left out. */
  fullLabel?: string
  times: TimeChoice[]
  /** What follows the buttons: "3 more" as a link, or why there are none. */
  after?: ReactNode
}

/**
 * Days with their free times as buttons, inside a form that the page brings. `layout` is `rows` (day beside its times,
 * for cards) or `stacked` (day as a heading over them, for a profile).
 */
export const DayTimes = ({
  days,
  name,
  context,
  layout = 'rows',
  headingLevel: Heading = 'h3',
}: {
  days: DayOfTimes[]
  name?: string
  /** Whose times they are, said with each button to screen readers. */
  context?: string
  layout?: 'rows' | 'stacked'
  headingLevel?: 'h2' | 'h3' | 'h4'
}) => (
  <ul className={classList('flex flex-col', layout === 'rows' ? 'gap-2' : 'gap-5')}>
    {days.map(({ date, label, fullLabel = label, times, after }) => (
      <li key={date} className={classList('flex flex-col', layout === 'rows' ? 'gap-1 sm:flex-row sm:gap-4' : 'gap-2')}>
        {layout === 'rows' ? (
          <p className="shrink-0 font-semibold sm:w-26 sm:pt-2">
            <time dateTime={date}>{label}</time>
          </p>
        ) : (
          <Heading className="font-semibold">
            <time dateTime={date}>{label}</time>
          </Heading>
        )}
        <div
          className={
            layout === 'rows'
              ? 'flex flex-wrap items-center gap-2'
              : 'grid grid-cols-[repeat(auto-fill,minmax(4.5rem,1fr))] gap-2'
          }
        >
          {times.map((time) => (
            <TimeButton
              key={time.label}
              {...time}
              name={name}
              context={[context, fullLabel].filter(Boolean).join(', ')}
            />
          ))}
          {after}
        </div>
      </li>
    ))}
  </ul>
)
