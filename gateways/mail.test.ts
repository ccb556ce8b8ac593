import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { changeEnv } from '#lib/env.ts'
import { type MailCatcher, type MailFaults, startMailCatcher } from '#standins/mail.ts'
import type { CaughtMail, OpenedMail } from '#standins/mail-store.ts'
import { closeMail, type Mail, mailState, sendMail } from './mail.ts'

let dir: string
let catcher: MailCatcher
const json = async <T>(path: string, init?: RequestInit): Promise<T> =>
  (await fetch(`${catcher.url}${path}`, init)).json() as Promise<T>
const caught = () => json<CaughtMail[]>('/messages')
const faults = (change: Partial<MailFaults>) => json('/faults', { method: 'POST', body: JSON.stringify(change) })
const calm: MailFaults = { rejectNext: 0, rejectCode: 550, loseAnswerNext: 0, delayMs: 0, down: false }

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'medley-mail-'))
  catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0, dir })
  changeEnv({ SMTP_URL: catcher.smtpUrl, MAIL_FROM: 'Medley <no-reply@medley.example>' })
})
beforeEach(async () => {
  await faults(calm)
  await json('/messages', { method: 'DELETE' })
})
afterAll(async () => {
  closeMail()
  await catcher.stop()
  await rm(dir, { recursive: true })
})

const mail: Mail = {
  key: '0198c0de-0000-7000-8000-000000000001:booked:0',
  to: 'someone@example.com',
  subject: 'Your appointment – Tuesday',
  text: 'Tuesday 24 November, 14:20 Mountain Time\nCalle Nuñez 5',
  html: '<p>Tuesday 24 November, 14:20 Mountain Time</p>',
  calendar: { method: 'REQUEST', ics: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n' },
  requestId: 'request-1',
}

test('a mail arrives whole: words, page, invitation and file, with the request that caused it', async () => {
  await sendMail(mail)
  const [entry] = await caught()
  expect(entry).toMatchObject({ to: [mail.to], subject: mail.subject, from: 'no-reply@medley.example', copies: 1 })
  expect(entry).toMatchObject({ requestId: 'request-1' })
  expect(entry?.messageId).toBe('<0198c0de-0000-7000-8000-000000000001.booked.0@medley.test>')
  const opened = await json<OpenedMail>(`/messages/${entry?.id}`)
  expect(opened.text.trim()).toBe(mail.text)
  expect(opened.html).toContain(mail.html)
  const ics = mail.calendar?.ics.replaceAll('\r\n', '\n')
  expect(opened.calendar).toEqual({ method: 'REQUEST', ics })
  expect(opened.attachments).toContainEqual({
    filename: 'appointment.ics',
    mimeType: 'application/ics',
    text: ics,
  })
})

test('the same delivery twice is one message for the reader', async () => {
  await sendMail(mail)
  await sendMail(mail)
  expect(await caught()).toMatchObject([{ copies: 2 }])
})

test('invalid (mail_refused) when the server refuses for good', async () => {
  await faults({ rejectNext: 1, rejectCode: 550 })
  const refusal = await sendMail(mail).catch((error) => error)
  expect(refusal).toMatchObject({ code: 'invalid', message: 'mail_refused' })
  // The server's answer repeats the address; what goes on to logs and histories does not.
  expect(`${refusal.stack} ${refusal.cause.stack}`).toContain('smtp EMESSAGE DATA 550')
  expect(`${refusal.stack} ${refusal.cause.stack}`).not.toContain(mail.to)
  await sendMail(mail)
  expect(await caught()).toHaveLength(1)
})

test.each([
  ['asks to try later', { rejectNext: 1, rejectCode: 451 }],
  ['is down', { down: true }],
])('unavailable (mail_unavailable) when the server %s, and the next try goes through', async (_, change) => {
  await faults(change)
  await expect(sendMail(mail)).rejects.toMatchObject({ code: 'unavailable', message: 'mail_unavailable' })
  await faults(calm)
  await sendMail(mail)
  expect(await caught()).toMatchObject([{ copies: 1 }])
})

test('an answer that is lost is an unknown outcome: trying again leaves one message', async () => {
  await faults({ loseAnswerNext: 1 })
  await expect(sendMail(mail)).rejects.toMatchObject({ code: 'unavailable' })
  expect(await caught()).toMatchObject([{ copies: 1 }])
  await sendMail(mail)
  expect(await caught()).toMatchObject([{ copies: 2 }])
})

test('a server that takes its time is given up after the limit, and no later', async () => {
  await faults({ delayMs: 3_000 })
  const before = performance.now()
  await expect(sendMail(mail, 300)).rejects.toMatchObject({ code: 'unavailable' })
  expect(performance.now() - before).toBeLessThan(2_000)
  closeMail()
})

test('an address with a second one in it reaches nobody', async () => {
  await expect(sendMail({ ...mail, to: 'a@example.com, b@example.com' })).rejects.toMatchObject({ code: 'invalid' })
  expect(await caught()).toHaveLength(0)
})

test('unavailable when no server is configured', async () => {
  changeEnv({ SMTP_URL: undefined })
  await expect(sendMail(mail)).rejects.toMatchObject({ code: 'unavailable' })
  changeEnv({ SMTP_URL: catcher.smtpUrl })
})

test('whether the mail server is there: up, away or off', async () => {
  expect(await mailState()).toBe('up')
  await faults({ down: true })
  closeMail()
  expect(await mailState(500)).toBe('away')
  closeMail()
  changeEnv({ SMTP_URL: undefined })
  expect(await mailState()).toBe('off')
  changeEnv({ SMTP_URL: catcher.smtpUrl })
})
