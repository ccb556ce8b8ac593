import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'

/** One caught mail, as the list shows it. `copies` counts deliveries under the same Message-ID. */
export type CaughtMail = {
  id: string
  receivedAt: string
  from: string
  to: string[]
  subject: string
  messageId: string
  requestId: string
  copies: number
}

/** One caught mail in full; `raw` is the message as it came over the wire. */
export type OpenedMail = CaughtMail & {
  text: string
  html: string
  headers: { name: string; value: string }[]
  calendar: { method: string; ics: string } | null
  attachments: { filename: string; mimeType: string; text: string }[]
  raw: string
}

const keepAtMost = 2_000
const fileName = /^(\d{13}-\d{6})\.json$/

/** A folder of caught mails: an entry (.json) and the message (.eml) each, the newest 2,000, there after a restart. */
export class MailStore {
  readonly #dir: string
  /** Oldest first. Only entries are kept in memory, texts are read when asked for. */
  readonly #entries: CaughtMail[] = []
  #counter = 0

  constructor(dir: string) {
    this.#dir = dir
    mkdirSync(dir, { recursive: true })
    // Mails name people: a folder that was made with another mask is closed too.
    chmodSync(dir, 0o700)
    for (const name of readdirSync(dir).sort()) {
      if (!fileName.test(name)) continue
      this.#entries.push(JSON.parse(readFileSync(join(dir, name), 'utf8')) as CaughtMail)
    }
  }

  /** Keeps a message. One that came before, by its Message-ID and recipients, counts as a copy of the first, as a mailbox shows it. */
  async add(raw: Buffer, to: string[]): Promise<CaughtMail> {
    const mail = await PostalMime.parse(raw)
    const messageId = mail.messageId ?? ''
    const known = this.#entries.find(
      (entry) => messageId !== '' && entry.messageId === messageId && entry.to.join() === to.join(),
    )
    if (known) {
      known.copies += 1
      this.#write(known)
      return known
    }
    const receivedAt = new Date()
    this.#counter += 1
    const entry: CaughtMail = {
      id: `${receivedAt.getTime()}-${String(this.#counter % 1_000_000).padStart(6, '0')}`,
      receivedAt: receivedAt.toISOString(),
      from: mail.from?.address ?? '',
      to,
      subject: mail.subject ?? '',
      messageId,
      requestId: mail.headers.find((header) => header.key === 'x-request-id')?.value ?? '',
      copies: 1,
    }
    writeFileSync(this.#file(entry.id, 'eml'), raw, { mode: 0o600 })
    this.#write(entry)
    this.#entries.push(entry)
    while (this.#entries.length > keepAtMost) this.#drop(this.#entries.shift())
    return entry
  }

  /** The newest first, to one address when `to` is given. */
  list(limit: number, to?: string): CaughtMail[] {
    const wanted = to ? this.#entries.filter((entry) => entry.to.includes(to)) : this.#entries
    return wanted.slice(-limit).reverse()
  }

  async open(id: string): Promise<OpenedMail | undefined> {
    const entry = this.#entries.find((candidate) => candidate.id === id)
    if (!entry || !existsSync(this.#file(id, 'eml'))) return undefined
    const raw = readFileSync(this.#file(id, 'eml'))
    const mail = await PostalMime.parse(raw)
    const invitation = mail.attachments.find((file) => file.mimeType === 'text/calendar')
    const content = (file: (typeof mail.attachments)[number]): string =>
      typeof file.content === 'string' ? file.content : Buffer.from(new Uint8Array(file.content)).toString('utf8')
    return {
      ...entry,
      text: mail.text ?? '',
      html: mail.html ?? '',
      headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
      calendar: invitation ? { method: invitation.method ?? '', ics: content(invitation) } : null,
      attachments: mail.attachments.map((file) => ({
        filename: file.filename ?? '',
        mimeType: file.mimeType,
        text: content(file),
      })),
      raw: raw.toString('latin1'),
    }
  }

  clear(): void {
    for (const entry of this.#entries.splice(0)) this.#drop(entry)
  }

  #file(id: string, kind: 'eml' | 'json'): string {
    return join(this.#dir, `${id}.${kind}`)
  }

  #write(entry: CaughtMail): void {
    const file = this.#file(entry.id, 'json')
    writeFileSync(`${file}.new`, JSON.stringify(entry), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  #drop(entry: CaughtMail | undefined): void {
    if (!entry) return
    for (const kind of ['eml', 'json'] as const) rmSync(this.#file(entry.id, kind), { force: true })
  }
}
