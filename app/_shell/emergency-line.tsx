import { getTranslations } from '#app/_server/i18n.ts'

/** The first thing on every public page, in the same place on all of them. */
export async function EmergencyLine() {
  const t = await getTranslations('shell')
  const number = 'inline-block py-2 font-semibold text-ink underline underline-offset-4 hover:text-accent-strong'
  return (
    <aside aria-label={t('emergencyLabel')} className="bg-sunken text-ink">
      <p className="mx-auto w-full max-w-page px-4 py-0.5 text-sm sm:px-6">
        {t.rich('emergency', {
          strong: (words) => <strong className="font-semibold">{words}</strong>,
          emergency: (words) => (
            <a href="tel:911" className={number}>
              {words}
            </a>
          ),
          crisis: (words) => (
            <a href="tel:988" className={number}>
              {words}
            </a>
          ),
        })}
      </p>
    </aside>
  )
}
