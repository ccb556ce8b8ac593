import ts from 'typescript'
import { type Finding, finding, isTest, type Source, topFunctions, walk } from './source.ts'

const fileLimitLines = 250
const functionLimitLines = 70
/** Long by nature: tables with their policies, the seed, reference data, what tests list. */
const isFree = (path: string): boolean =>
  isTest(path) || /^(db\/(schema|seed)|scripts\/test)\/|^db\/specialties\.ts$/.test(path)

/** No file over 250 lines; schemas, seed and tests are freer. */
export const filesAreShort = (sources: Source[]): Finding[] =>
  sources.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length
    return lines > fileLimitLines && !isFree(path)
      ? [`${path}:1 has ${lines} lines; the limit is ${fileLimitLines}`]
      : []
  })

/** No function over 70 lines outside tests. */
export function functionsAreShort(sources: Source[]): Finding[] {
  return sources
    .filter(({ path }) => !isTest(path))
    .flatMap((file) => {
      const found: Finding[] = []
      walk(file.tree, (node) => {
        if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return
        const line = (at: number): number => file.tree.getLineAndCharacterOfPosition(at).line
        const lines = line(node.getEnd()) - line(node.getStart(file.tree)) + 1
        if (lines > functionLimitLines)
          found.push(finding(file, node, `a function of ${lines} lines; the limit is ${functionLimitLines}`))
      })
      return found
    })
}

/** No `index.ts` that hands on what other files export: an import names the file it means. */
export const noBarrels = (sources: Source[]): Finding[] =>
  sources
    .filter(({ path }) => /(^|\/)index\.tsx?$/.test(path))
    .flatMap((file) =>
      file.tree.statements
        .filter((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier)
        .map((statement) => finding(file, statement, 'is a barrel')),
    )

const vague = new Set(['utils', 'util', 'helpers', 'helper', 'repositories', 'dto', 'types', 'services'])
/** A page may be called /services; a folder of code may not. */
const routes = new Set(['types', 'services'])

/** No folder or file is called after nothing in particular. */
export const namesMeanSomething = (paths: string[]): Finding[] =>
  paths.flatMap((path) => {
    const parts = path.split('/')
    const bad = parts.find((part, i) => {
      const isFile = i === parts.length - 1
      const name = isFile ? part.replace(/\..*$/, '') : part
      const isAllowed = routes.has(name) && (isFile || parts[0] === 'app')
      return vague.has(name) && !isAllowed
    })
    return bad ? [`${path}:1 "${bad}" names nothing; call it after its noun`] : []
  })

/** `as any` switches the type checker off for whatever comes after. */
export function noAsAny(sources: Source[]): Finding[] {
  return sources.flatMap((file) => {
    const found: Finding[] = []
    walk(file.tree, (node) => {
      if (
        (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) &&
        node.type.kind === ts.SyntaxKind.AnyKeyword
      )
        found.push(finding(file, node, 'as any'))
    })
    return found
  })
}

/** Next calls these by name and says what they promise. */
const calledByNext = /^(default|generateMetadata|generateViewport|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/

/** An exported function promises in a docstring what its name cannot say: shapes, units, errors. Tests and the seed are freer. */
export function exportsPromise(sources: Source[]): Finding[] {
  return sources
    .filter(({ path }) => !isTest(path) && !isFree(path))
    .flatMap((file) =>
      [...topFunctions(file)]
        .filter(([name, { node, isExported }]) => isExported && !isCalledByNext(name, node))
        .filter(([, { node }]) => ts.getJSDocCommentsAndTags(node).length === 0)
        .map(([name, { node }]) => finding(file, node, `exports ${name} without a docstring`)),
    )
}

const isCalledByNext = (name: string, node: ts.FunctionLikeDeclaration): boolean =>
  calledByNext.test(name) ||
  (ts.canHaveModifiers(node) &&
    !!ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword))
