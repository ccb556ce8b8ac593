import { Phone } from 'lucide-react'
import { getTranslations } from '#app/_server/i18n.ts'
import type { Visit } from '#domain/booking/read.ts'
import { LinkButton } from '#ui/button.tsx'

/** Past the policy: why nothing can be changed here any more, and whom to call. */
export async function TooLate({ visit }: { visit: Visit }) {
  const t = await getTranslations('visit')
  return (
    <>
      <p>{t('changeOver')}</p>
      <LinkButton href={`tel:${visit.phone}`} icon={<Phone aria-hidden />} className="self-start">
        {visit.phone}
      </LinkButton>
    </>
  )
}
