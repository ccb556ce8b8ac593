import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { specialtyCodes, specialtyName } from '#domain/directory/specialties.ts'
import { Card } from '#ui/card.tsx'
import { ChipLink } from '#ui/chip.tsx'
import { Page } from '#ui/page.tsx'
import { SearchBar } from './_find/search-bar.tsx'

const popularCount = 8
const steps = ['look', 'hold', 'go'] as const

export default async function Home() {
  const [t, locale] = await Promise.all([getTranslations('home'), getLocale()])
  return (
    <>
      <section
        aria-labelledby="title"
        className="-mt-6 border-b border-line bg-accent-soft pt-8 pb-8 sm:-mt-10 sm:pt-16 sm:pb-14"
      >
        <Page className="flex flex-col gap-6">
          <div className="flex flex-col gap-3">
            <h1 id="title" className="text-3xl font-bold tracking-tight">
              {t('title')}
            </h1>
            <p className="max-w-prose text-lg text-ink-soft">{t('lead')}</p>
          </div>
          <Card className="sm:p-6">
            <SearchBar params={{}} errors={{}} />
          </Card>
          <nav aria-labelledby="popular" className="flex flex-wrap items-baseline gap-x-4 gap-y-3">
            <h2 id="popular" className="text-ink-soft">
              {t('popular')}
            </h2>
            <ul className="flex flex-wrap gap-2">
              {specialtyCodes.slice(0, popularCount).map((code) => (
                <li key={code}>
                  <ChipLink href={`/find?specialty=${code}`} label={specialtyName(code, locale)} />
                </li>
              ))}
            </ul>
          </nav>
        </Page>
      </section>
      <section aria-labelledby="how" className="pt-10 sm:pt-14">
        <Page className="flex flex-col gap-5">
          <h2 id="how" className="text-xl font-bold">
            {t('how')}
          </h2>
          <ol className="grid gap-x-10 gap-y-5 md:grid-cols-3">
            {steps.map((step, index) => (
              <li key={step} className="flex gap-3">
                <span aria-hidden className="text-xl font-semibold text-accent tabular-nums">
                  {index + 1}
                </span>
                <div className="flex max-w-prose flex-col gap-1">
                  <h3 className="pt-0.5 font-semibold">{t(`steps.${step}.title`)}</h3>
                  <p className="text-ink-soft">{t(`steps.${step}.body`)}</p>
                </div>
              </li>
            ))}
          </ol>
        </Page>
      </section>
    </>
  )
}
