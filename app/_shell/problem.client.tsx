'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { Button } from '#ui/button.tsx'
import { Page } from '#ui/page.tsx'

type Words = Record<'title' | 'body' | 'retry' | 'home' | 'code', string>

const Given = createContext<{ words: Words; requestId: string } | undefined>(undefined)

/** Hands the words of the error page down to it: an error page runs in the browser, where there is no catalogue. */
export const ProblemWords = ({
  words,
  requestId,
  children,
}: {
  words: Words
  requestId: string
  children: ReactNode
}) => <Given value={{ words, requestId }}>{children}</Given>

/** What went wrong is never shown; the code is what the log has it under. */
export function Problem({ error, retry }: { error: unknown; retry: () => void }) {
  const given = useContext(Given)
  if (!given) throw error
  const { words, requestId } = given
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : ''
  return (
    <main id="main" tabIndex={-1} className="grow py-16">
      <Page className="flex flex-col items-start gap-4">
        <h1 className="text-2xl font-bold tracking-tight">{words.title}</h1>
        <p className="max-w-prose text-lg">{words.body}</p>
        <div className="flex flex-wrap gap-3">
          <Button type="button" tone="primary" onClick={retry}>
            {words.retry}
          </Button>
          {/* A plain link: whatever is broken in this document is left behind with it. */}
          <a href="/" className="link self-center px-2 py-2.5">
            {words.home}
          </a>
        </div>
        <p className="text-ink-soft">
          {words.code} <code className="break-all">{[requestId, digest].filter(Boolean).join(' · ')}</code>
        </p>
      </Page>
    </main>
  )
}
