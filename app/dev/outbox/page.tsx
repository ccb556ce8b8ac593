import { Inbox, MailX } from 'lucide-react'
import type { Metadata } from 'next'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { Link } from '#ui/link.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { caughtMails, momentOf } from './caught.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('outbox'))('title') }
}

/** Every mail that the demo sent, newest first: none of them left this machine. */
export default async function Outbox() {
  const [t, locale, mails] = await Promise.all([getTranslations('outbox'), getLocale(), caughtMails()])
  return (
    <Page className="flex flex-col gap-6">
      <PageHeading title={t('title')} lead={t('lead')} />
      {!mails && (
        <EmptyState icon={<MailX />} title={t('downTitle')}>
          <p>{t('down')}</p>
        </EmptyState>
      )}
      {mails?.length === 0 && (
        <EmptyState icon={<Inbox />} title={t('emptyTitle')}>
          <p>{t('empty')}</p>
        </EmptyState>
      )}
      {mails && mails.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface">
          {mails.map(({ id, subject, to, receivedAt, copies }) => (
            <li key={id}>
              <Link
                href={`/dev/outbox/${id}`}
                className="grid gap-x-6 gap-y-0.5 px-4 py-3 -outline-offset-2 hover:bg-sunken sm:grid-cols-[minmax(0,1fr)_auto]"
              >
                <span className="font-semibold">{subject}</span>
                <time dateTime={receivedAt} className="text-ink-soft">
                  {t('at', momentOf(receivedAt, locale))}
                </time>
                <span className="min-w-0 truncate text-ink-soft">{t('to', { to: to.join(', ') })}</span>
                {copies > 1 && <span className="text-ink-soft">{t('copies', { copies })}</span>}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
