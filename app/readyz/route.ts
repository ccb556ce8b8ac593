import { readiness } from '#api/readiness.ts'

export const dynamic = 'force-dynamic'

/** Whether people can search and book, and how each part is: 503 only when they cannot. */
export async function GET(): Promise<Response> {
  const { status, parts } = await readiness()
  return Response.json(
    { status, parts },
    { status: status === 'down' ? 503 : 200, headers: { 'cache-control': 'no-store' } },
  )
}
