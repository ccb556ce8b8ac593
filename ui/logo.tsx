/** The mark, two arches that make one letter, and the name; `isCompact` keeps the name from eyes on narrow screens. */
export const Logo = ({ name, isCompact }: { name: string; isCompact?: boolean }) => (
  <span className="flex items-center gap-2 text-xl leading-none font-bold tracking-tight text-ink">
    <svg aria-hidden viewBox="0 0 32 32" className="size-8 shrink-0">
      <rect width="32" height="32" rx="7" className="fill-accent" />
      <path
        d="M7 23v-7.5a4.5 4.5 0 0 1 9 0V23m0-7.5a4.5 4.5 0 0 1 9 0V23"
        fill="none"
        strokeWidth="3.2"
        strokeLinecap="round"
        className="stroke-on-solid"
      />
    </svg>
    <span className={isCompact ? 'max-sm:sr-only' : undefined}>{name}</span>
  </span>
)
