import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classList } from './class-list.ts'

/** What every field has. Its id is its name unless given; an error summary links to that id. */
export type FieldProps = {
  name: string
  id?: string
  label: ReactNode
  hint?: ReactNode
  /** What is wrong and how to mend it, in words. */
  error?: ReactNode
  /** The word that marks a field as optional, e.g. "(optional)"; unmarked fields are needed. */
  optional?: string
}

export const controlLook =
  'min-h-11 rounded-control border bg-surface px-3 py-2 text-base text-ink transition-colors hover:border-ink-soft ' +
  'scroll-mt-24 disabled:bg-sunken disabled:text-ink-soft'

/** The border of a control, which says whether what it holds is wrong. */
export const controlBorder = (error: ReactNode): string =>
  error ? 'border-bad-line ring-1 ring-bad-line' : 'border-line-strong'

/** The ARIA that ties a control to its hint and error. */
export function described({ name, id = name, hint, error }: FieldProps) {
  const ids = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return { id, 'aria-describedby': ids || undefined, 'aria-invalid': error ? true : undefined }
}

/** A line under a label; `id` is for the control's aria-describedby. */
export const Hint = ({ id, children }: { id: string; children: ReactNode }) => (
  <div id={`${id}-hint`} className="text-base text-ink-soft">
    {children}
  </div>
)

/** What is wrong with the field, in words; `id` is for the control's aria-describedby. */
export const FieldError = ({ id, children }: { id: string; children: ReactNode }) => (
  <p id={`${id}-error`} className="flex items-start gap-1.5 font-semibold text-bad">
    <CircleAlert aria-hidden className="mt-0.75 size-4.5 shrink-0" />
    <span>{children}</span>
  </p>
)

/** Label, hint, error and control, one under the other. The control's part comes as children. */
export function Field({
  name,
  id = name,
  label,
  hint,
  error,
  optional,
  children,
  className,
}: FieldProps & { children: ReactNode; className?: string }) {
  return (
    <div className={classList('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className="font-semibold">
        {label} {optional && <span className="font-normal text-ink-soft">{optional}</span>}
      </label>
      {hint && <Hint id={id}>{hint}</Hint>}
      {error && <FieldError id={id}>{error}</FieldError>}
      {children}
    </div>
  )
}
