/**
 * The headers that protect every answer are set in scripts/web, the policy of each page in proxy.ts.
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
}
