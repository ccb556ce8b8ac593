import nodemailer, { type Transporter } from 'nodemailer'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

/** One e-mail to one address. */
export type Mail = {
  /** The business id of the delivery: the same key gives the same Message-ID, by which mailboxes drop a repeat. */
  key: string
  /** A bare address, without a name. */
  to: string
  subject: string
  text: string
  html: string
  /** An iTIP message (RFC 6047): shown as an invitation by mail programs that can, a file for the others. */
  calendar?: { method: 'REQUEST' | 'CANCEL'; ics: string } | undefined
  requestId: string
}

const patienceMs = 10_000
/** Answers of a server that will not change its mind about this address or this message (RFC 5321, 4.2.1). */
const isFinal = (error: SmtpError): boolean =>
  (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') && (error.responseCode ?? 0) >= 500

type SmtpError = Error & { code?: string; responseCode?: number; command?: string }

let kept: { url: string; transport: Transporter } | undefined

function transportTo(url: string): Transporter {
  if (kept?.url === url) return kept.transport
  kept?.transport.close()
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 5,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  kept = { url, transport }
  return transport
}

/** The Message-ID of a delivery: the same for the same key. */
const messageId = (key: string): string =>
  `<${key.replace(/[^A-Za-z0-9-]/g, '.')}@${new URL(env().PUBLIC_URL).hostname}>`

/**
 * Hands one e-mail to the server of SMTP_URL, within `limitMs`. Throws `invalid` (`mail_refused`) when the server
 * refuses the address or the message for good, and `unavailable` (`mail_unavailable`) when trying again may help,
 * after a time limit too: then the mail may have left, and the next try under the same key has the same Message-ID.
 */
export async function sendMail(mail: Mail, limitMs = patienceMs): Promise<void> {
  const { SMTP_URL, MAIL_FROM } = env()
  if (!SMTP_URL) throw new AppError('unavailable', 'mail_unavailable', {}, new Error('SMTP_URL is not set'))
  const sending = transportTo(SMTP_URL).sendMail({
    from: MAIL_FROM,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: messageId(mail.key),
    headers: { 'X-Request-Id': mail.requestId, 'Auto-Submitted': 'auto-generated' },
    ...(mail.calendar
      ? { icalEvent: { method: mail.calendar.method, filename: 'appointment.ics', content: mail.calendar.ics } }
      : {}),
  })
  try {
    await within(limitMs, sending)
  } catch (error) {
    const final = error instanceof Error && isFinal(error)
    throw new AppError(final ? 'invalid' : 'unavailable', final ? 'mail_refused' : 'mail_unavailable', {}, told(error))
  }
}

/** Whether the mail server greets us and takes our name, within `limitMs`; `off` without SMTP_URL. */
export async function mailState(limitMs = 3_000): Promise<'up' | 'away' | 'off'> {
  const { SMTP_URL } = env()
  if (!SMTP_URL) return 'off'
  return within(limitMs, transportTo(SMTP_URL).verify()).then(
    () => 'up',
    () => 'away',
  )
}

/** What a log may keep of an answer: servers repeat the address in its text. */
function told(error: unknown): Error {
  const { code, responseCode, command } = error as SmtpError
  return new Error(['smtp', code ?? 'error', command, responseCode].filter(Boolean).join(' '))
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

/** Closes the connections to the mail server; the next `sendMail` opens new ones. */
export function closeMail(): void {
  kept?.transport.close()
  kept = undefined
}
