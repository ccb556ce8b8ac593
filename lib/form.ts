import type { ErrorDetails } from './errors.ts'

/** What a form shows after it was sent: words ready to read, and what was typed, so that nothing is lost. */
export type FormState = {
  status: 'idle' | 'error' | 'done'
  /** One sentence for the top of the form. */
  message?: string
  /** One sentence per field, by the field's name. */
  errors: Record<string, string>
  /** What was typed, by the field's name. */
  values: Record<string, string>
  /** What the error knew beyond words: alternatives, a phone number, visits in the way. */
  details?: ErrorDetails
  code?: string
  requestId?: string
}

export const idle: FormState = { status: 'idle', errors: {}, values: {} }
