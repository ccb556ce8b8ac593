import { MessageSquare, Phone } from 'lucide-react'
import { getTranslations } from '#app/_server/i18n.ts'
import { isRedFlag } from '#domain/directory/red-flags.ts'
import { LinkButton } from '#ui/button.tsx'

/** Above the results when the words sound like an emergency or a crisis: whom to call, before any appointment. */
export async function RedFlagPanel({ words }: { words: string | undefined }) {
  const flag = words === undefined ? undefined : isRedFlag(words)
  if (!flag) return null
  const t = await getTranslations(`find.redFlag.${flag}`)
  const number = flag === 'emergency' ? '911' : '988'
  return (
    <section
      aria-labelledby="red-flag"
      className="flex flex-col gap-3 rounded-card border-2 border-bad-line bg-bad-soft p-5"
    >
      <h2 id="red-flag" className="text-xl font-bold">
        {t('title')}
      </h2>
      <p className="max-w-prose">{t('body')}</p>
      <div className="flex flex-wrap gap-3">
        <LinkButton href={`tel:${number}`} tone="danger" icon={<Phone aria-hidden />}>
          {t('call')}
        </LinkButton>
        {flag === 'crisis' && (
          <LinkButton href={`sms:${number}`} icon={<MessageSquare aria-hidden />}>
            {(await getTranslations('find.redFlag.crisis'))('text')}
          </LinkButton>
        )}
      </div>
    </section>
  )
}
