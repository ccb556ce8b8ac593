import ts from 'typescript'
import { type Finding, finding, isTest, type Source, walk } from './source.ts'

const readers = /^(lib\/env\.ts$|(scripts|bench|e2e)\/|[^/]+\.config\.(js|ts|mjs)$)/

/** The environment is read in one place, where each name has a type, a default and a sentence. */
export function environmentHasOneReader(sources: Source[]): Finding[] {
  return sources
    .filter(({ path }) => !readers.test(path) && !isTest(path))
    .flatMap((file) => {
      const found: Finding[] = []
      walk(file.tree, (node) => {
        const says = 'reads process.env; lib/env.ts is the one reader'
        if (ts.isPropertyAccessExpression(node) && node.name.text === 'env' && endsInProcess(node.expression))
          found.push(finding(file, node, says))
        if (ts.isElementAccessExpression(node) && endsInProcess(node.expression)) found.push(finding(file, node, says))
        if (ts.isImportDeclaration(node) && /^(node:)?process$/.test((node.moduleSpecifier as ts.StringLiteral).text))
          found.push(finding(file, node, says))
        if (
          ts.isVariableDeclaration(node) &&
          ts.isObjectBindingPattern(node.name) &&
          node.initializer &&
          endsInProcess(node.initializer)
        )
          found.push(finding(file, node, says))
      })
      return found
    })
}

const endsInProcess = (node: ts.Expression): boolean =>
  (ts.isIdentifier(node) && node.text === 'process') ||
  (ts.isPropertyAccessExpression(node) && node.name.text === 'process')
