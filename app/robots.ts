import type { MetadataRoute } from 'next'
import { isDemo } from '#lib/env.ts'

/** What search engines may read: home, profiles and texts; nothing of the demo. */
export default function robots(): MetadataRoute.Robots {
  const own = ['/book/', '/visit/', '/m/', '/t/', '/login', '/api/', '/dev/']
  return { rules: { userAgent: '*', disallow: isDemo() ? '/' : own } }
}
