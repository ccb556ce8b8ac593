import { posix } from 'node:path'
import type { Finding } from './source.ts'

/** A Markdown file: its path from the root and its text. */
export type Document = { path: string; text: string }

const pathLike = /^\.?[\w@()[\]<>*.-]+(\/[\w@()[\]<>*.-]*)*$/
const fileLike = /\.(ts|tsx|mjs|cjs|js|json|md|sql|css|yml|yaml)$/

/** `a/<b>/*.ts` as a pattern over paths: what stands in angle brackets and a star is one path segment or a part of it. */
const pattern = (path: string): RegExp =>
  new RegExp(
    `^${path.replace(/<[^>]*>|\*|[.()[\]+?^$|\\{}]/g, (part) => (part === '*' || part.startsWith('<') ? '[^/]+' : `\\${part}`))}$`,
  )

/** The parts of the text that claim a path or a script, with their line numbers from 1. */
function claims(text: string): { line: number; kind: 'code' | 'link' | 'script'; value: string }[] {
  return text.split('\n').flatMap((content, i) => {
    const at = (kind: 'code' | 'link' | 'script') => (match: RegExpMatchArray) => ({
      line: i + 1,
      kind,
      value: match[1] ?? '',
    })
    return [
      ...[...content.matchAll(/`([^`]+)`/g)].map(at('code')),
      ...[...content.matchAll(/\]\(([^)\s]+)\)/g)].map(at('link')),
      ...[...content.matchAll(/\bnpm run ([\w:-]+)/g)].map(at('script')),
    ]
  })
}

/**
 * Documents tell the truth about the tree: each path in backticks that begins with a folder or a file of the repository, each relative
 * link and each `npm run <script>` exists. `paths` are the repository's files, `scripts` the names in package.json.
 */
export function documentsNameWhatExists(documents: Document[], paths: string[], scripts: string[]): Finding[] {
  const folders = new Set(
    paths.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, i, all) => all.slice(0, i + 1).join('/')),
    ),
  )
  const known = [...paths, ...folders]
  const exists = (path: string): boolean => {
    const wanted = pattern(path.replace(/^\.\//, '').replace(/\/$/, ''))
    return known.some((candidate) => wanted.test(candidate))
  }
  const isOurs = (value: string): boolean => {
    if (!pathLike.test(value)) return false
    const [first = ''] = value.replace(/^\.\//, '').split('/')
    return value.includes('/') ? folders.has(first) : fileLike.test(value) && !value.startsWith('.data')
  }
  return documents.flatMap(({ path, text }) =>
    claims(text).flatMap(({ line, kind, value }) => {
      const missing = [`${path}:${line} names ${value}, which does not exist`]
      if (kind === 'script') return scripts.includes(value) ? [] : missing
      if (kind === 'code') return !isOurs(value) || exists(value) || isBareName(value, paths) ? [] : missing
      if (/^(https?:|mailto:|#)/.test(value)) return []
      return exists(posix.join(posix.dirname(path), value.replace(/#.*$/, ''))) ? [] : missing
    }),
  )
}

/** `read.ts` alone speaks of files of that name: there is at least one. */
const isBareName = (value: string, paths: string[]): boolean =>
  !value.includes('/') && paths.some((path) => pattern(value).test(posix.basename(path)))
