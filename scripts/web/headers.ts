import type { ServerResponse } from 'node:http'

const closed = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'hid', 'midi', 'display-capture']

/**
 * On every answer, whoever gives it: Next, the API, or this server itself. The policy is that of what is no page and
 * may load nothing, should a browser ever show it as one; page-policy.ts gives each page its own, with a nonce.
 */
const everywhere = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': [...closed, 'browsing-topics'].map((feature) => `${feature}=()`).join(', '),
} as const

const transportSecurity = 'max-age=63072000; includeSubDomains'

/** Sets the headers that protect every answer; `isDevelopment` leaves out the one that would tie localhost to TLS. */
export function protect(res: ServerResponse, isDevelopment: boolean): void {
  for (const [name, value] of Object.entries(everywhere)) res.setHeader(name, value)
  if (!isDevelopment) res.setHeader('strict-transport-security', transportSecurity)
}
