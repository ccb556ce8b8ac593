/** How long a sign-in lasts, however busy: then it is asked for again. `auth.open_demo_session` sets the same. */
export const sessionHours = 12

/** The random bytes of a session's secret; the cookie carries them, the database their SHA-256. */
export const sessionSecretBytes = 32

/** Whether `text` can be a session's secret: 32 bytes in base64url. */
export const isSessionSecret = (text: string): boolean => /^[\w-]{43}$/.test(text)
