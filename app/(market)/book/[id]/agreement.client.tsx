'use client'

import { Disclosure } from '#ui/disclosure.tsx'
import { TextLink } from '#ui/link.tsx'
import type { FormWords } from './words.ts'

type Versions = { terms: string; privacy: string; notice: string }

/** What confirming agrees to, with the versions shown going along, so that the booking can say which they were. */
export const Agreement = ({ words, versions }: { words: FormWords; versions: Versions }) => (
  <div className="flex flex-col gap-3">
    <Disclosure summary={words.noticeTitle}>
      <p className="max-w-prose">{words.notice}</p>
    </Disclosure>
    <p className="max-w-prose text-ink-soft">
      {words.agree}{' '}
      <TextLink href="/terms" target="_blank">
        {words.terms}
      </TextLink>
      {' · '}
      <TextLink href="/privacy" target="_blank">
        {words.privacy}
      </TextLink>
    </p>
    {Object.entries(versions).map(([name, version]) => (
      <input key={name} type="hidden" name={name} value={version} />
    ))}
  </div>
)
