import { getTranslations } from '#app/_server/i18n.ts'
import { relationships } from '#domain/booking/input.ts'
import type { HeldVisit } from '#domain/booking/read.ts'

/** The words of the booking form, which runs in the browser where no catalogue is. */
export async function formWords(held: HeldVisit) {
  const t = await getTranslations('book.form')
  const field = await getTranslations('fields')
  return {
    errorTitle: field('errorTitle'),
    forLegend: t('forLegend'),
    forMe: t('forMe'),
    forSomeone: t('forSomeone'),
    forSomeoneHint: t('forSomeoneHint'),
    bookerTitle: t('bookerTitle'),
    bookerHint: t('bookerHint'),
    patientTitle: t('patientTitle'),
    givenName: field('givenName'),
    familyName: field('familyName'),
    birthDate: field('birthDate'),
    birthDateHint: field('birthDateHint'),
    month: field('month'),
    day: field('day'),
    year: field('year'),
    relationship: t('relationship'),
    relationships: Object.fromEntries(relationships.map((key) => [key, t(`relationships.${key}`)])),
    contactTitle: t('contactTitle'),
    contactHint: t('contactHint'),
    email: field('email'),
    emailHint: t('emailHint'),
    phone: field('phone'),
    phoneHint: t('phoneHint', { clinic: held.organization }),
    returningLegend: t('returningLegend', { clinic: held.organization }),
    yes: field('yes'),
    no: field('no'),
    agree: t('agree'),
    terms: t('terms'),
    privacy: t('privacy'),
    noticeTitle: t('noticeTitle', { clinic: held.organization }),
    notice: held.notice,
    confirm: t('confirm'),
    confirming: t('confirming'),
    alternativesTitle: t('alternativesTitle'),
    alternativesHint: t('alternativesHint'),
    alternativeContext: t('alternativeContext'),
    noAlternatives: t('noAlternatives'),
    instead: t.raw('instead'),
    openVisit: t('openVisit'),
    offline: t('offline'),
    chooseAgain: t('chooseAgain'),
    call: t('call', { phone: held.phone }),
    code: field('code'),
  }
}

export type FormWords = Awaited<ReturnType<typeof formWords>>
