/** The first stop of the keyboard: past the header to the page. Seen only when focused. */
export const SkipLink = ({ label }: { label: string }) => (
  <a
    href="#main"
    className="fixed start-4 top-2 z-50 -translate-y-24 rounded-control bg-accent px-4 py-3 font-semibold text-on-solid shadow-float focus:translate-y-0"
  >
    {label}
  </a>
)
