import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classList } from './class-list.ts'
import { controlBorder, controlLook, described, Field, type FieldProps } from './field.tsx'

export type SelectOption = { value: string; label: string; disabled?: boolean }

export type SelectFieldProps = FieldProps &
  Omit<ComponentProps<'select'>, keyof FieldProps | 'children'> & { options: SelectOption[] }

/** One of a list that is too long for radio buttons: the browser's own select. */
export function SelectField({ name, id, label, hint, error, optional, options, className, ...rest }: SelectFieldProps) {
  const field = { name, id, label, hint, error, optional }
  return (
    <Field {...field} className={className}>
      <div className="relative">
        <select
          {...rest}
          {...described(field)}
          name={name}
          className={classList(controlLook, controlBorder(error), 'w-full appearance-none pe-10')}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute inset-e-3 inset-y-0 my-auto size-5 text-ink-soft"
        />
      </div>
    </Field>
  )
}
