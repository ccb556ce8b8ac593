/**
 * The headers that protect every answer, and the policy of each page, are set in scripts/web.
 * @type {import('next').NextConfig}
 */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are a stage of npm test over the whole tree; a first start should not wait for them.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['postgres', 'pino', 'nodemailer'],
  // No picture goes through Next's optimizer, so it need not listen.
  images: { unoptimized: true },
  // An address without a page has a file of its own: see app/global-not-found.tsx.
  experimental: { globalNotFound: true },
}
