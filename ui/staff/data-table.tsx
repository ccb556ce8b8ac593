import type { ReactNode } from 'react'
import { classList } from '../class-list.ts'

export type Column = {
  key: string
  label: string
  align?: 'start' | 'end'
  isLabelHidden?: boolean
  className?: string
}
export type Row = {
  id: string
  cells: Record<string, ReactNode>
  isCurrent?: boolean
  /** Instead of cells, a line across the table with these words: where now is. */
  line?: string
}

/**
 * A dense table; the first column names its row. Wider than its place, it scrolls by itself and can be reached by
 * keyboard. `caption` says what it lists, to screen readers always, to eyes when `isCaptionShown`.
 */
export const DataTable = ({
  caption,
  isCaptionShown,
  columns,
  rows,
  empty,
}: {
  caption: string
  isCaptionShown?: boolean
  columns: Column[]
  rows: Row[]
  /** Instead of the rows when there are none. */
  empty?: ReactNode
}) => (
  <section
    aria-label={caption}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    tabIndex={0}
    className="@container relative overflow-x-auto rounded-card border border-line bg-surface"
  >
    <table className="w-full border-collapse text-start">
      <caption className={isCaptionShown ? 'px-3 pt-2.5 pb-1 text-start font-semibold' : 'sr-only'}>{caption}</caption>
      <thead>
        <tr className="border-b border-line bg-sunken">
          {columns.map(({ key, label, align, isLabelHidden, className }) => (
            <th
              key={key}
              scope="col"
              className={classList(
                'px-3 py-1.5 text-sm font-semibold whitespace-nowrap text-ink-soft',
                side(align),
                className,
              )}
            >
              <span className={isLabelHidden ? 'sr-only' : undefined}>{label}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) =>
          row.line ? (
            <Line key={row.id} words={row.line} columns={columns.length} />
          ) : (
            <TableRow key={row.id} columns={columns} row={row} />
          ),
        )}
        {rows.length === 0 && (
          <tr>
            <td colSpan={columns.length} className="px-3 py-6 text-ink-soft">
              {empty}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  </section>
)

const side = (align: Column['align']) => (align === 'end' ? 'text-end' : 'text-start')

const Line = ({ words, columns }: { words: string; columns: number }) => (
  <tr className="print:hidden">
    <td
      colSpan={columns}
      className="border-t-2 border-accent bg-accent-soft px-3 text-sm font-semibold text-accent-strong"
    >
      {words}
    </td>
  </tr>
)

const TableRow = ({ columns, row }: { columns: Column[]; row: Row }) => (
  <tr
    aria-current={row.isCurrent ? 'true' : undefined}
    className={classList('border-b border-line last:border-b-0', row.isCurrent ? 'bg-accent-soft' : 'hover:bg-ground')}
  >
    {columns.map(({ key, align, className }, index) => {
      const Cell = index === 0 ? 'th' : 'td'
      return (
        <Cell
          key={key}
          scope={index === 0 ? 'row' : undefined}
          className={classList('px-3 py-2 align-middle font-normal', side(align), className)}
        >
          {row.cells[key]}
        </Cell>
      )
    })}
  </tr>
)
