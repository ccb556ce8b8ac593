import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import ts from 'typescript'

/** One file of the repository: its path with forward slashes from the root, its text, its syntax tree. */
export type Source = { path: string; text: string; tree: ts.SourceFile }

/** What a check found: `path:line says`, where `line` counts from 1. */
export type Finding = string

const skipped = new Set(['node_modules', '.git', '.data', '.next', 'test-results', 'playwright-report'])

/** Every file below `root` as a path from it, sorted; what git ignores as a folder is left out. */
export function filesBelow(root: string): string[] {
  const found: string[] = []
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile()) found.push(relative(root, path).split(sep).join('/'))
    }
  }
  visit(root)
  return found.sort()
}

/** The source at `path` with `text`, parsed; a file with a syntax error throws, so that no check passes over it. */
export function source(path: string, text: string): Source {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, kind)
  const [broken] = (tree as unknown as { parseDiagnostics: ts.Diagnostic[] }).parseDiagnostics
  if (broken) throw new Error(`${path}: ${ts.flattenDiagnosticMessageText(broken.messageText, ' ')}`)
  return { path, text, tree }
}

/** All TypeScript of the repository at `root`, parsed; declaration files are left out. */
export const sourcesBelow = (root: string): Source[] =>
  filesBelow(root)
    .filter((path) => /\.(ts|tsx)$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => source(path, readFileSync(join(root, path), 'utf8')))

/** Tests, and what only they use: the `testing` folders. */
export const isTest = (path: string): boolean => /\.(test|spec)\.tsx?$|(^|\/)testing\//.test(path)

/** Calls `visit` for `node` and all below it, parents first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** A finding about `node`. */
export function finding({ path, tree }: Source, node: ts.Node, says: string): Finding {
  const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree))
  return `${path}:${line + 1} ${says}`
}

/** The names that `source` imports from modules whose name matches `from`, whether named, default or namespace. */
export function importedNames({ tree }: Source, from: RegExp): Set<string> {
  const names = new Set<string>()
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const clause = statement.importClause
    if (!clause || clause.phaseModifier === ts.SyntaxKind.TypeKeyword || !from.test(statement.moduleSpecifier.text))
      continue
    if (clause.name) names.add(clause.name.text)
    const bindings = clause.namedBindings
    if (bindings && ts.isNamespaceImport(bindings)) names.add(bindings.name.text)
    if (bindings && ts.isNamedImports(bindings)) for (const element of bindings.elements) names.add(element.name.text)
  }
  return names
}

/** The functions that `source` declares at its top, by name: declarations and constants that hold a function. */
export function topFunctions({ tree }: Source): Map<string, { node: ts.FunctionLikeDeclaration; isExported: boolean }> {
  const found = new Map<string, { node: ts.FunctionLikeDeclaration; isExported: boolean }>()
  const exported = (node: ts.HasModifiers): boolean =>
    ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false
  for (const statement of tree.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name && statement.body)
      found.set(statement.name.text, { node: statement, isExported: exported(statement) })
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!initializer || !ts.isIdentifier(name)) continue
      if (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
        found.set(name.text, { node: initializer, isExported: exported(statement) })
    }
  }
  return found
}
