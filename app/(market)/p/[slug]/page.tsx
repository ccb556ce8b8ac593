import { Languages, MapPin, UserRound, UserRoundPlus } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { Avatar } from '#ui/avatar.tsx'
import { Page } from '#ui/page.tsx'
import { listed } from '../../_find/listed.ts'
import { Missed } from './missed.tsx'
import { Place } from './place.tsx'
import { type Profile, profileOf } from './profile.ts'
import { Services } from './services.tsx'
import { Times } from './times.tsx'

type Props = {
  params: Promise<{ slug: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

async function asked({ params, searchParams }: Props) {
  const [{ slug }, query] = await Promise.all([params, searchParams])
  const missed = one(query.missed)
  return { profile: await profileOf(slug, one(query.service), one(query.from), missed), missed, why: one(query.why) }
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { profile } = await asked(props)
  if (!profile) return {}
  const { card, slug } = profile
  const t = await getTranslations('profile')
  return {
    title: t('metaTitle', { name: card.name, specialty: card.specialty, city: card.location.city }),
    alternates: { canonical: `/p/${slug}` },
  }
}

/** Who or what can be booked, for which services, and when. */
export default async function ProfilePage(props: Props) {
  const { profile, missed, why } = await asked(props)
  if (!profile) notFound()
  return (
    <Page className="flex flex-col gap-8">
      <Who profile={profile} />
      <div className="grid items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-8">
          <Services profile={profile} />
          <Times profile={profile}>{missed && <Missed profile={profile} startsAt={missed} why={why ?? ''} />}</Times>
        </div>
        <Place profile={profile} />
      </div>
    </Page>
  )
}

async function Who({ profile }: { profile: Profile }) {
  const [t, card, locale] = await Promise.all([getTranslations('profile'), getTranslations('find.card'), getLocale()])
  const { name, specialty, organization, location, languages, acceptsNewPatients } = profile.card
  const { credential } = profile.profile
  return (
    <header className="flex items-start gap-4">
      <Avatar name={name} />
      <div className="flex min-w-0 flex-col gap-1">
        <h1 className="text-2xl font-bold tracking-tight sm:text-3xl">
          {credential ? t('named', { name, credential }) : name}
        </h1>
        <p className="text-lg">
          {name === organization ? specialty : card('kind', { specialty, clinic: organization })}
        </p>
        <ul className="flex flex-wrap gap-x-5 gap-y-1 text-ink-soft">
          <Fact icon={<MapPin />}>{`${location.address}, ${location.city}, ${location.state}`}</Fact>
          <Fact icon={acceptsNewPatients ? <UserRoundPlus /> : <UserRound />}>
            {acceptsNewPatients ? card('newPatients') : card('knownPatients')}
          </Fact>
          <Fact icon={<Languages />}>{card('languages', { languages: listed(languages, locale) })}</Fact>
        </ul>
      </div>
    </header>
  )
}

const Fact = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <li className="flex items-start gap-2 [&>svg]:mt-1 [&>svg]:size-4 [&>svg]:shrink-0">
    {icon}
    <span className="min-w-0">{children}</span>
  </li>
)
