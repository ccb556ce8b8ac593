import ts from 'typescript'
import { type Finding, finding, isTest, type Source, topFunctions, walk } from './source.ts'

const plain = /^(read|rules|input)\.ts$/
const mark = /^\/\/ Not a verb: \S.+\S/

/** The name of the function that `node` calls by name, else undefined. */
const called = (node: ts.Node): string | undefined =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : undefined

/** The first thing a function does, without `await` and without the name that it is given. */
function firstExpression({ body }: ts.FunctionLikeDeclaration): ts.Expression | undefined {
  if (!body) return undefined
  if (!ts.isBlock(body)) return body as ts.Expression
  const [first] = body.statements
  if (!first) return undefined
  let expression: ts.Expression | undefined
  if (ts.isExpressionStatement(first)) expression = first.expression
  if (ts.isVariableStatement(first)) expression = first.declarationList.declarations[0]?.initializer
  return expression && ts.isAwaitExpression(expression) ? expression.expression : expression
}

/** `authorize(actor, 'area:action', …)`: who, and what in words that the role table knows. */
function authorizes(expression: ts.Expression | undefined): boolean {
  if (!expression || called(expression) !== 'authorize') return false
  const [actor, action] = (expression as ts.CallExpression).arguments
  return !!actor && !!action && ts.isStringLiteral(action) && /^[a-z_-]+:[a-z_-]+$/.test(action.text)
}

/** The SQL functions (`kernel.hold`) whose file in `db/functions/` inserts into audit_event, of `files` by path and text. */
export const functionsThatAudit = (files: { path: string; text: string }[]): Set<string> =>
  new Set(
    files
      .filter(({ text }) => /\binsert\s+into\s+audit_event\b/i.test(text.replaceAll(/--.*$/gm, '')))
      .map(({ path }) => path.replace(/^db\/functions\/(.+)\.sql$/, '$1')),
  )

/** Whether `node` is SQL that calls one of `functions`. */
const calls = (node: ts.Node, functions: Set<string>): boolean =>
  ts.isTaggedTemplateExpression(node) &&
  Array.from(node.template.getText().matchAll(/\b(\w+\.\w+)\s*\(/g)).some(([, name]) => functions.has(name ?? ''))

/**
 * A verb authorises first and leaves a trace. Every file in `domain/` is a verb except `read.ts`, `rules.ts`, `input.ts`, tests,
 * and files whose first line is `// Not a verb: <why>`. A verb file exports one function of its own name, whose first statement is
 * `authorize(actor, 'area:action', …)`, and calls `audit(…)` or, in its SQL, one of `auditing`, the functions that audit by
 * themselves.
 */
export function verbsAuthorizeAndAudit(sources: Source[], auditing: Set<string>): Finding[] {
  return sources.flatMap((file) => {
    const [top, ...below] = file.path.split('/')
    const name = below.at(-1)
    if (top !== 'domain' || !name || isTest(file.path) || plain.test(name)) return []
    if (mark.test(file.text)) return []
    const verbs = [...topFunctions(file)].filter(([, f]) => f.isExported)
    const [named, verb] = verbs[0] ?? []
    if (!verb || verbs.length > 1)
      return [
        finding(
          file,
          file.tree,
          `exports ${verbs.length} functions; a verb file exports one, else its first line says "// Not a verb: why"`,
        ),
      ]
    const found: Finding[] = []
    if (`${named}.ts` !== name)
      found.push(finding(file, verb.node, `exports ${named}; a verb's file is named after it`))
    if (!authorizes(firstExpression(verb.node)))
      found.push(finding(file, verb.node, "the verb's first statement is not authorize(actor, 'area:action', …)"))
    let audits = false
    walk(file.tree, (node) => {
      audits ||= called(node) === 'audit' || calls(node, auditing)
    })
    if (!audits) found.push(finding(file, verb.node, 'the verb calls neither audit(…) nor an SQL function that audits'))
    return found
  })
}
