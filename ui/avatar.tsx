/** Initials in a circle, where a photo might be. Says nothing: the name stands beside it. */
export const Avatar = ({ name }: { name: string }) => (
  <span
    aria-hidden
    className="flex size-12 shrink-0 items-center justify-center rounded-full bg-accent-soft text-lg font-semibold text-accent-strong select-none"
  >
    {initials(name)}
  </span>
)

/** 'Dr. Ada Lovelace Reyes, MD' → 'AR': titles before and degrees after are left out. */
function initials(name: string): string {
  const words = (name.split(',')[0] ?? '').split(/\s+/).filter((word) => /^\p{L}/u.test(word) && !word.endsWith('.'))
  const first = words[0] ?? name
  const last = words.length > 1 ? (words[words.length - 1] ?? '') : ''
  return [first, last]
    .map((word) => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}
