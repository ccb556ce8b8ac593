/** The name that a Host header says, in small letters, without port and without the dot of the root. */
export const nameOfHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '')

/**
 * Whether `origin` is the page's own: scheme, name and port of what the caller reached as `host`. The public name has
 * the scheme of `publicUrl`; under any other name that we answer to, which is this machine's, we speak plain HTTP.
 */
export function isOwnOrigin(origin: string | null | undefined, host: string, publicUrl: string): boolean {
  const site = new URL(publicUrl)
  const own = `${nameOfHost(host) === site.hostname ? site.protocol : 'http:'}//${host}`
  return !!origin && URL.canParse(own) && origin === new URL(own).origin
}
