import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { env } from '#lib/env.ts'
import { Card } from '#ui/card.tsx'
import { Disclosure } from '#ui/disclosure.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { SummaryList } from '#ui/summary-list.tsx'
import { momentOf, openedMail } from '../caught.ts'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('outbox'))('title') }
}

/** One mail as it went out: its words, and the calendar file as text. Links lead to our own pages only. */
export default async function Mail({ params }: Props) {
  const mail = await openedMail((await params).id)
  if (!mail) notFound()
  const [t, locale] = await Promise.all([getTranslations('outbox'), getLocale()])
  return (
    <Page width="prose" className="flex flex-col gap-6">
      <PageHeading title={mail.subject} back={{ href: '/dev/outbox', label: t('back') }} />
      <SummaryList
        isPlain
        rows={[
          { term: t('fromTerm'), value: mail.from },
          { term: t('toTerm'), value: mail.to.join(', ') },
          { term: t('when'), value: t('at', momentOf(mail.receivedAt, locale)) },
        ]}
      />
      <Card>
        <div className="wrap-anywhere whitespace-pre-wrap">
          <Linked text={mail.text.trim()} />
        </div>
      </Card>
      {mail.calendar && (
        <Disclosure summary={t('calendar', { method: mail.calendar.method || 'PUBLISH' })}>
          <pre className="overflow-x-auto py-2 text-sm">{mail.calendar.ics}</pre>
        </Disclosure>
      )}
    </Page>
  )
}

/** A mail's text with the addresses of our own pages as links; everything else stays text. */
function Linked({ text }: { text: string }) {
  const own = new URL(env().PUBLIC_URL).origin
  return text.split(/(https?:\/\/\S+)/).map((part, index) =>
    URL.canParse(part) && new URL(part).origin === own ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a part of a text is its place in it
      <a key={index} href={part} className="link">
        {part}
      </a>
    ) : (
      part
    ),
  )
}
