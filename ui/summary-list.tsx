import type { ReactNode } from 'react'
import { classList } from './class-list.ts'

export type SummaryRow = { term: string; value: ReactNode; action?: ReactNode }

/** Facts with their names, one a row; an action is a link whose words say what it changes. */
export const SummaryList = ({ rows, isPlain }: { rows: SummaryRow[]; isPlain?: boolean }) => (
  <dl className="@container flex flex-col">
    {rows.map(({ term, value, action }) => (
      <div
        key={term}
        className={classList(
          'flex flex-col gap-x-4 py-3 @min-[18rem]:flex-row @min-[18rem]:items-baseline',
          !isPlain && 'border-b border-line last:border-b-0',
          isPlain && 'py-1.5',
        )}
      >
        <dt className="shrink-0 text-ink-soft @min-[18rem]:w-22 @min-[26rem]:w-32">{term}</dt>
        <dd className="min-w-0 grow">{value}</dd>
        {action && <dd className="shrink-0 pt-1 @min-[18rem]:pt-0">{action}</dd>}
      </div>
    ))}
  </dl>
)
