import type { ReactNode } from 'react'
import { classList } from './class-list.ts'
import { FieldError, Hint } from './field.tsx'

export type ChoiceOption = { value: string; label: ReactNode; hint?: ReactNode; disabled?: boolean }

type GroupProps = {
  name: string
  /** The question, as the legend. */
  legend: ReactNode
  hint?: ReactNode
  error?: ReactNode
  options: ChoiceOption[]
  /** Side by side where there is room, for short answers. */
  inline?: boolean
}

/** A group's id is its name, and so is its first control's, so that an error summary can link to it. */
const optionId = (name: string, index: number): string => (index === 0 ? name : `${name}-${index + 1}`)

/** One of a few: radio buttons. */
export const RadioGroup = ({
  defaultValue,
  required,
  ...group
}: GroupProps & { defaultValue?: string; required?: boolean }) => (
  <Group {...group}>
    {(option, id) => (
      <Choice
        {...option}
        key={option.value}
        id={id}
        type="radio"
        name={group.name}
        defaultChecked={option.value === defaultValue}
        required={required}
      />
    )}
  </Group>
)

function Group({
  name,
  legend,
  hint,
  error,
  options,
  inline,
  children,
}: GroupProps & { children: (option: ChoiceOption, id: string) => ReactNode }) {
  const describedBy = [hint ? `${name}-hint` : '', error ? `${name}-error` : ''].filter(Boolean).join(' ')
  return (
    <fieldset
      aria-describedby={describedBy || undefined}
      className={classList('min-w-0', Boolean(error) && 'border-s-4 border-bad-line ps-3')}
    >
      <legend className="font-semibold">{legend}</legend>
      <div className="mt-1.5 flex flex-col gap-1.5">
        {hint && <Hint id={name}>{hint}</Hint>}
        {error && <FieldError id={name}>{error}</FieldError>}
        <div className={classList('flex flex-col', inline && 'sm:flex-row sm:flex-wrap sm:gap-x-6')}>
          {options.map((option, index) => children(option, optionId(name, index)))}
        </div>
      </div>
    </fieldset>
  )
}

type ChoiceProps = ChoiceOption & {
  id: string
  type: 'radio' | 'checkbox'
  name: string
  defaultChecked?: boolean
  required?: boolean
  invalid?: boolean
}

/** The box and its words are one target, 44 px tall. */
function Choice({ id, type, label, hint, invalid, ...input }: ChoiceProps) {
  const describedBy = [hint ? `${id}-hint` : '', invalid ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className="relative flex items-start gap-3">
      <input
        {...input}
        id={id}
        type={type}
        aria-describedby={describedBy || undefined}
        aria-invalid={invalid || undefined}
        className="peer my-2 size-5 shrink-0 cursor-pointer scroll-mt-24 disabled:cursor-default pointer-coarse:my-3"
      />
      <div className="min-w-0 grow peer-disabled:text-ink-soft">
        <label htmlFor={id} className="-ms-8 block cursor-pointer py-1.5 ps-8 pointer-coarse:py-2.5">
          {label}
        </label>
        {hint && (
          <div className="-mt-1 pb-2">
            <Hint id={id}>{hint}</Hint>
          </div>
        )}
      </div>
    </div>
  )
}
