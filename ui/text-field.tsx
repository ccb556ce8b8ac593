import type { ComponentProps, ReactNode } from 'react'
import { classList } from './class-list.ts'
import { controlBorder, controlLook, described, Field, type FieldProps } from './field.tsx'

const widths = { full: '', half: 'max-w-80', short: 'max-w-40' }

export type TextFieldProps = FieldProps &
  Omit<ComponentProps<'input'>, keyof FieldProps> & {
    /** How long an answer is expected to be: it sets the width. */
    expects?: keyof typeof widths
    /** A lucide element inside, at the start. */
    icon?: ReactNode
  }

/** One line of text: a plain input with label, hint and error, that works without JavaScript. */
export function TextField({
  name,
  id,
  label,
  hint,
  error,
  optional,
  expects = 'full',
  icon,
  className,
  ...rest
}: TextFieldProps) {
  const field = { name, id, label, hint, error, optional }
  return (
    <Field {...field} className={className}>
      <div className={classList('relative', widths[expects])}>
        {icon && (
          <span
            aria-hidden
            className="pointer-events-none absolute inset-y-0 start-3 flex items-center text-ink-soft [&_svg]:size-5"
          >
            {icon}
          </span>
        )}
        <input
          type="text"
          {...rest}
          {...described(field)}
          name={name}
          className={classList(controlLook, controlBorder(error), 'w-full', Boolean(icon) && 'ps-10')}
        />
      </div>
    </Field>
  )
}

/** Several lines of text. */
export function TextArea({
  name,
  id,
  label,
  hint,
  error,
  optional,
  className,
  ...rest
}: FieldProps & Omit<ComponentProps<'textarea'>, keyof FieldProps>) {
  const field = { name, id, label, hint, error, optional }
  return (
    <Field {...field} className={className}>
      <textarea
        rows={4}
        {...rest}
        {...described(field)}
        name={name}
        className={classList(controlLook, controlBorder(error), 'w-full')}
      />
    </Field>
  )
}
