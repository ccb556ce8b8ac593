import type { ReactNode } from 'react'
import { classList } from './class-list.ts'
import { controlBorder, controlLook, FieldError, Hint } from './field.tsx'

type Unit = 'month' | 'day' | 'year'
export type DateParts = Partial<Record<Unit, string>>

/** Where each part stands, and what a browser may fill in. */
const parts: { unit: Unit; size: number; width: string; autoComplete: string }[] = [
  { unit: 'month', size: 2, width: 'w-16', autoComplete: 'bday-month' },
  { unit: 'day', size: 2, width: 'w-16', autoComplete: 'bday-day' },
  { unit: 'year', size: 4, width: 'w-24', autoComplete: 'bday-year' },
]

export type DateFieldProps = {
  /** The parts are sent as `name.month`, `name.day`, `name.year`; the first carries the id `name`. */
  name: string
  legend: ReactNode
  hint?: ReactNode
  error?: ReactNode
  labels: Record<Unit, string>
  defaultValue?: DateParts
  /** Lets the browser fill in a birthday; only for the visitor's own. */
  isOwnBirthday?: boolean
}

/** A date that people know by heart, typed in three boxes: quicker than any calendar, and the same without JavaScript. */
export function DateField({ name, legend, hint, error, labels, defaultValue = {}, isOwnBirthday }: DateFieldProps) {
  const describedBy = [hint ? `${name}-hint` : '', error ? `${name}-error` : ''].filter(Boolean).join(' ')
  return (
    <fieldset className="min-w-0" aria-describedby={describedBy || undefined}>
      <legend className="font-semibold">{legend}</legend>
      <div className="mt-1.5 flex flex-col gap-1.5">
        {hint && <Hint id={name}>{hint}</Hint>}
        {error && <FieldError id={name}>{error}</FieldError>}
        <div className="flex flex-wrap gap-3">
          {parts.map(({ unit, size, width, autoComplete }) => (
            <div key={unit} className="flex flex-col gap-1">
              <label htmlFor={unit === 'month' ? name : `${name}-${unit}`} className="text-ink-soft">
                {labels[unit]}
              </label>
              <input
                id={unit === 'month' ? name : `${name}-${unit}`}
                name={`${name}.${unit}`}
                type="text"
                inputMode="numeric"
                autoComplete={isOwnBirthday ? autoComplete : 'off'}
                maxLength={size}
                defaultValue={defaultValue[unit]}
                aria-invalid={error ? true : undefined}
                className={classList(controlLook, controlBorder(error), width, 'tabular-nums')}
              />
            </div>
          ))}
        </div>
      </div>
    </fieldset>
  )
}
