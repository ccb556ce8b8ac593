import { readiness } from '#api/readiness.ts'

export const dynamic = 'force-dynamic'

/**
 * Whether people can search and book: 503 only when they cannot. How each part is, is for whoever runs the machine, as
 * scripts/web knows them.
 */
export async function GET(request: Request): Promise<Response> {
  const { status, parts } = await readiness()
  return Response.json(request.headers.has('x-medley-operator') ? { status, parts } : { status }, {
    status: status === 'down' ? 503 : 200,
    headers: { 'cache-control': 'no-store' },
  })
}
