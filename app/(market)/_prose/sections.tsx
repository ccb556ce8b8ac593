import type { ReactNode } from 'react'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'

export type Section = { id: string; title: string; body: string }

/** A page of text: a heading, and titled sections that can be linked to. */
export const Sections = ({
  title,
  lead,
  note,
  sections,
}: {
  title: string
  lead: string
  note?: ReactNode
  sections: Section[]
}) => (
  <Page width="prose" className="flex flex-col gap-8">
    <div className="flex flex-col gap-2">
      <PageHeading title={title} lead={lead} />
      {note && <p className="text-ink-soft">{note}</p>}
    </div>
    {sections.map((section) => (
      <section key={section.id} aria-labelledby={section.id} className="flex flex-col gap-2">
        <h2 id={section.id} className="text-xl font-semibold">
          {section.title}
        </h2>
        <p className="text-lg">{section.body}</p>
      </section>
    ))}
  </Page>
)
