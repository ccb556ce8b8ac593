import NextAuth from 'next-auth'
import { authOptions } from '#app/_server/auth.ts'

type Context = { params: Promise<{ nextauth: string[] }> }

/**
 * next-auth's own endpoints. The options are read per request: a build has no secrets. A body that is no JSON is 400;
 * the one that would write whatever anyone sends into our log is not there.
 */
async function handler(request: Request, context: Context): Promise<Response> {
  if ((await context.params).nextauth[0] === '_log') return new Response(null, { status: 404 })
  try {
    return (await NextAuth(authOptions())(request, context)) as Response
  } catch (error) {
    if (error instanceof SyntaxError) return new Response(null, { status: 400 })
    throw error
  }
}

export { handler as GET, handler as POST }
