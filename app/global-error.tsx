'use client'

import { Problem, ProblemWords } from './_shell/problem.client.tsx'
import './globals.css'

/** Where even the layout failed there is no catalogue and no locale: these are the words of messages/en.json. */
const words = {
  title: 'Something went wrong on our side',
  body: 'You can safely try again: doing it twice books nothing twice. If it goes wrong again, come back in a few minutes.',
  retry: 'Try again',
  home: 'Go to the start',
  code: 'If you ask for help, give this code:',
}

export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body className="flex min-h-dvh flex-col">
        <title>{words.title}</title>
        <ProblemWords words={words} requestId="">
          <Problem error={error} retry={retry} />
        </ProblemWords>
      </body>
    </html>
  )
}
