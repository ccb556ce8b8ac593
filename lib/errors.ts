/** The closed list of what can go wrong, with the HTTP status each maps to. */
export const errorStatus = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  not_allowed_now: 409,
  slot_taken: 409,
  hold_expired: 410,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  idempotency_mismatch: 422,
  limit: 429,
  unavailable: 503,
} as const

export type ErrorCode = keyof typeof errorStatus

/** One field that was wrong: a JSON pointer into what was sent and a message key or plain sentence. */
export type FieldError = { pointer: string; detail: string }

export type ErrorDetails = {
  errors?: FieldError[]
  alternatives?: { startsAt: string; endsAt: string }[]
  retryAfterSeconds?: number
  phone?: string
  /** Whom to call, for what the person wrote. */
  redFlags?: { flag: string; call: string; takesTexts: boolean }[]
  [key: string]: unknown
}

/**
 * The only error that is thrown on purpose. `message` is a key under `errors` in messages/en.json;
 * `details` may be shown to the caller, `cause` only to the log.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, { cause })
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}

/** `invalid` (422) for one field. */
export const invalid = (pointer: string, detail: string, more: ErrorDetails = {}): AppError =>
  new AppError('invalid', detail, { errors: [{ pointer, detail }], ...more })
