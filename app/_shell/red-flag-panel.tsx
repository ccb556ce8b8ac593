import { MessageSquare, Phone } from 'lucide-react'
import type { ReactNode } from 'react'
import { getTranslations } from '#app/_server/i18n.ts'
import type { Help } from '#domain/directory/red-flags.ts'
import { LinkButton } from '#ui/button.tsx'

/** Whom to call, for what someone's words sound like; nothing when `help` is empty. `children` stand at its end. */
export function RedFlagPanel({ help, children }: { help: Help[]; children?: ReactNode }) {
  if (help.length === 0) return null
  const has911 = help.some(({ flag }) => flag === 'emergency')
  return (
    <section
      aria-labelledby={`red-flag-${help[0]?.flag}`}
      className="flex flex-col gap-6 rounded-card border-2 border-bad-line bg-bad-soft p-5"
    >
      {help.map((line, index) => (
        <HelpLine key={line.flag} line={line} also911={!has911 && index === 0} />
      ))}
      {children}
    </section>
  )
}

/** 988 and Poison Help are not for someone who is in danger of death this minute: 911 stands beside them. */
async function HelpLine({ line: { flag, call, takesTexts }, also911 }: { line: Help; also911: boolean }) {
  const t = await getTranslations('redFlag')
  return (
    <div className="flex flex-col gap-3">
      <h2 id={`red-flag-${flag}`} className="text-xl font-bold">
        {t(`${flag}.title`)}
      </h2>
      <p className="max-w-prose">{t(`${flag}.body`)}</p>
      <div className="flex flex-wrap gap-3">
        <LinkButton href={`tel:${dialed(call)}`} tone="danger" icon={<Phone aria-hidden />}>
          {t('call', { number: call })}
        </LinkButton>
        {takesTexts && (
          <LinkButton href={`sms:${call}`} icon={<MessageSquare aria-hidden />}>
            {t('text', { number: call })}
          </LinkButton>
        )}
        {also911 && (
          <LinkButton href="tel:911" icon={<Phone aria-hidden />}>
            {t('call', { number: '911' })}
          </LinkButton>
        )}
      </div>
      <p lang="es" className="max-w-prose">
        {t(`${flag}.spanish`)}
      </p>
    </div>
  )
}

/** A number as a phone dials it: '1-800-222-1222' is '+18002221222', a short one stays. */
const dialed = (number: string): string => (number.startsWith('1-') ? `+${number.replaceAll('-', '')}` : number)
