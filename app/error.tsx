'use client'

import { Problem } from './_shell/problem.client.tsx'

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return <Problem error={error} retry={retry} />
}
