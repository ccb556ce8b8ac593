import NextAuth from 'next-auth'
import { authOptions } from '#app/_server/auth.ts'

/** next-auth's own endpoints. The options are read per request: a build has no secrets. */
const handler = (request: Request, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> =>
  NextAuth(authOptions())(request, context) as Promise<Response>

export { handler as GET, handler as POST }
