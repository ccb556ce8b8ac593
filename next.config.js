import { PHASE_DEVELOPMENT_SERVER } from 'next/constants.js'
import createNextIntlPlugin from 'next-intl/plugin'

const withMessages = createNextIntlPlugin('./app/_server/i18n.ts')

/** On every answer. The Content-Security-Policy of pages carries a nonce and is set in proxy.ts. */
const headers = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value: [
      'camera',
      'microphone',
      'geolocation',
      'payment',
      'usb',
      'serial',
      'hid',
      'midi',
      'display-capture',
      'browsing-topics',
    ]
      .map((feature) => `${feature}=()`)
      .join(', '),
  },
]

const transportSecurity = { key: 'Strict-Transport-Security', value: 'max-age=63072000; includeSubDomains' }

/** What is not a page may load nothing, should a browser ever show it as one. */
const notAPage = {
  key: 'Content-Security-Policy',
  value: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}

/** @type {(phase: string) => import('next').NextConfig} */
const config = (phase) => ({
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are a stage of npm test over the whole tree; a first start should not wait for them.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['postgres', 'pino', 'nodemailer'],
  headers: async () => [
    { source: '/:path*', headers: phase === PHASE_DEVELOPMENT_SERVER ? headers : [...headers, transportSecurity] },
    { source: '/(api|_next/static)/:path*', headers: [notAPage] },
  ],
})

/** @param {string} phase */
export default (phase) => withMessages(config(phase))
