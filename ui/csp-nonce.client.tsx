'use client'

import { useState } from 'react'

/**
 * Where React Aria finds the nonce for the styles it adds. The document keeps the nonce it was loaded with: when a later
 * answer renders the layout again with another one, this holds on to the first.
 */
export function CspNonce({ nonce }: { nonce: string }) {
  const [first] = useState(nonce)
  return <meta property="csp-nonce" nonce={first} suppressHydrationWarning />
}
