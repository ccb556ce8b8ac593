import ts from 'typescript'
import { type Finding, finding, importedNames, isTest, type Source, walk } from './source.ts'

/** messages/en.json, or any part of it. */
export type Messages = { [key: string]: string | Messages }

/** Where people are spoken to. */
const speakers = /^(app|api|db|domain|gateways|lib|search|workflows|scripts\/web)\//
/** Sample data and proofs say nothing to anyone. */
const silent = /^db\/(seed|proof)\//
const errorKey = /^[a-z]+(_[a-z]+)+$/

const speaking = (sources: Source[]): Source[] =>
  sources.filter(({ path }) => speakers.test(path) && !silent.test(path) && !isTest(path))

/** The literals that an expression may come out as: through `? :`, `||`, `??`, `as` and brackets, not into calls. */
function outcomes(node: ts.Expression | undefined): ts.StringLiteralLike[] {
  if (!node) return []
  if (ts.isStringLiteralLike(node)) return [node]
  if (ts.isConditionalExpression(node)) return [...outcomes(node.whenTrue), ...outcomes(node.whenFalse)]
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return outcomes(node.expression)
  return ts.isBinaryExpression(node) ? [...outcomes(node.left), ...outcomes(node.right)] : []
}

/**
 * The message keys that `node` throws or hands to Zod: of `new AppError(code, key)`, `invalid(pointer, key)`, a field's
 * `detail`, and, in a file with schemas, of any call's argument or an `error` or `message` that looks like a key.
 */
function thrownKeys(node: ts.Node, hasSchemas: boolean): ts.StringLiteralLike[] {
  const isCall = ts.isCallExpression(node) || ts.isNewExpression(node)
  if (isCall && /^(AppError|invalid)$/.test(node.expression.getText())) return outcomes(node.arguments?.[1])
  const keys = (found: ts.StringLiteralLike[]) => found.filter(({ text }) => errorKey.test(text))
  if (isCall && hasSchemas && !/\.literal$/.test(node.expression.getText()))
    return keys((node.arguments ?? []).flatMap((argument) => outcomes(argument)))
  if (!ts.isPropertyAssignment(node)) return []
  const name = node.name.getText()
  return name === 'detail' || (hasSchemas && /^(error|message)$/.test(name)) ? keys(outcomes(node.initializer)) : []
}

/** Every key that is thrown stands under `errors` in the catalogue: otherwise people read "check it and try again". */
export function thrownKeysAreSaid(sources: Source[], messages: Messages): Finding[] {
  const said = new Set(Object.keys((messages.errors as Messages | undefined) ?? {}))
  return speaking(sources).flatMap((file) => {
    const found = new Set<Finding>()
    const hasSchemas = importedNames(file, /^(zod|@hono\/zod-openapi)$/).has('z')
    walk(file.tree, (node) => {
      for (const key of thrownKeys(node, hasSchemas))
        if (!said.has(key.text))
          found.add(finding(file, key, `throws ${key.text}, which errors in messages/en.json lacks`))
    })
    return [...found]
  })
}

/** The paths of all texts, joined by dots. */
const pathsOf = (messages: Messages, before = ''): string[] =>
  Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${before}${key}`] : pathsOf(value, `${before}${key}.`),
  )

/** `a.b.c`, `a.b` and `a`. */
const upwards = (path: string): string[] =>
  path.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))

/** What stands for a template's `${…}`. */
const anyWord = '[\\w-]+'
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A literal or a template as a pattern of the paths that it may name; undefined for what names none. */
function pattern(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return /^[\w.-]+$/.test(node.text) ? escaped(node.text) : undefined
  if (!ts.isTemplateExpression(node)) return undefined
  const texts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
  return /^[\w.-]*[a-z][\w.-]*$/i.test(texts.join('')) ? texts.map(escaped).join(anyWord) : undefined
}

/** A literal that is compared, typed, imported or an attribute's is not a key that is looked up. */
function isNoKey({ parent }: ts.Node): boolean {
  if (ts.isBinaryExpression(parent)) return /^[!=]==$/.test(parent.operatorToken.getText())
  return (
    ts.isImportDeclaration(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isJsxAttribute(parent) ||
    ts.isCaseClause(parent)
  )
}

type Reading = { namespaces: Set<string>; keys: Set<string>; whole: Set<string> }

/** What a file reads from the catalogue: namespaces it opens, keys it may look up in them, and paths from its root. */
function readingOf(file: Source): Reading {
  const reading: Reading = { namespaces: new Set(), keys: new Set(), whole: new Set() }
  const catalogue = importedNames(file, /messages\/en\.json$/)
  const codes = new Set<ts.Node>()
  walk(file.tree, (node) => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'AppError' && node.arguments?.[0])
      codes.add(node.arguments[0])
    if (ts.isPropertyAccessExpression(node)) {
      const [root = '', ...path] = node.getText().split('.')
      if (catalogue.has(root)) reading.whole.add(path.map(escaped).join('\\.'))
    }
    const named = pattern(node)
    if (named === undefined || codes.has(node) || isNoKey(node)) return
    const { parent } = node
    const opens = ts.isCallExpression(parent)
      ? /^(getTranslations|useTranslations)$/.test(parent.expression.getText())
      : ts.isPropertyAssignment(parent) && parent.name.getText() === 'namespace'
    reading[opens ? 'namespaces' : 'keys'].add(named)
  })
  return reading
}

/**
 * Every text of the catalogue is read by someone. A file's keys belong to the namespaces that it opens itself; one that
 * opens none is handed a translator, which may be of any. What is thrown may be thrown anywhere.
 */
export function messagesAreRead(sources: Source[], messages: Messages): Finding[] {
  const readings = speaking(sources).map(readingOf)
  const all = new Set(readings.flatMap(({ namespaces }) => [...namespaces]))
  const read = new Set<string>(readings.flatMap(({ whole }) => [...whole]))
  for (const { namespaces, keys } of readings) {
    for (const key of keys) {
      for (const namespace of namespaces.size > 0 ? namespaces : all) read.add(`${namespace}\\.${key}`)
      read.add(`errors\\.${key}`)
    }
  }
  const patterns = [...read].filter((path) => path.includes(anyWord)).map((path) => new RegExp(`^${path}(\\.|$)`))
  const isRead = (path: string): boolean =>
    upwards(path).some((each) => read.has(escaped(each))) || patterns.some((each) => each.test(path))
  return pathsOf(messages)
    .filter((path) => !isRead(path))
    .map((path) => `messages/en.json ${path} is read by nobody`)
}
