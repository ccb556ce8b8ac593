import { channel } from 'node:diagnostics_channel'

/**
 * Told by every server action once it has its form. The server in front listens: when Next fails on a form before that,
 * it could not read what was sent.
 */
export const formReached = channel('medley.form.reached')
