import type { MetadataRoute } from 'next'
import { connection } from 'next/server'
import { isDemo } from '#lib/env.ts'

/** What search engines may read: home, profiles and texts; nothing of the demo. */
export default async function robots(): Promise<MetadataRoute.Robots> {
  await connection() // Asked when it is read: a build knows of no demo.
  const own = ['/book/', '/visit/', '/m/', '/t/', '/login', '/api/', '/dev/']
  return { rules: { userAgent: '*', disallow: isDemo() ? '/' : own } }
}
