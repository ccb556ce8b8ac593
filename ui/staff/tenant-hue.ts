/** A hue (degrees, for oklch) that stays with a tenant's id, so that each clinic's pages have a colour of their own. */
export function tenantHue(id: string): number {
  let hash = 2166136261
  for (const char of id) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619)
  return (hash >>> 0) % 360
}
