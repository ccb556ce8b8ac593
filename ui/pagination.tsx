import { ArrowLeft, ArrowRight } from 'lucide-react'
import { LinkButton } from './button.tsx'

type Way = { href: string; label: string }

/** On to the next page of a list, and back; `label` names the list's pages. */
export const Pagination = ({ label, previous, next }: { label: string; previous?: Way; next?: Way }) => (
  <nav aria-label={label} className="flex flex-wrap items-center justify-between gap-3">
    {previous ? (
      <LinkButton href={previous.href} rel="prev" icon={<ArrowLeft aria-hidden />}>
        {previous.label}
      </LinkButton>
    ) : (
      <span />
    )}
    {next && (
      <LinkButton href={next.href} rel="next">
        {next.label}
        <ArrowRight aria-hidden />
      </LinkButton>
    )}
  </nav>
)
