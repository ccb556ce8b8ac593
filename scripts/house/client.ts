import ts from 'typescript'
import { type Finding, finding, isTest, type Source } from './source.ts'

/** Next fixes these names and makes them client components itself. */
const namedByNext = /^app\/(.*\/)?(error|global-error)\.tsx$/

const directives = ({ tree }: Source): string[] => {
  const found: string[] = []
  for (const statement of tree.statements) {
    if (!ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression)) break
    found.push(statement.expression.text)
  }
  return found
}

/** What the browser gets can be told from the file's name: `'use client'` if and only if it ends in `.client.tsx`. */
export function clientFilesSaySo(sources: Source[]): Finding[] {
  return sources.flatMap((file) => {
    const isClient = directives(file).includes('use client')
    const isNamed = file.path.endsWith('.client.tsx')
    if (isClient === isNamed || (isClient && namedByNext.test(file.path))) return []
    return [
      finding(
        file,
        file.tree,
        isNamed ? "is named .client.tsx without 'use client'" : "says 'use client' but is not named .client.tsx",
      ),
    ]
  })
}

/** A client component calls the actions of its own page or of one above it: `./actions.ts`, `../actions.ts`, never another branch's. */
export function clientFilesUseTheirOwnActions(sources: Source[]): Finding[] {
  return sources
    .filter(({ path }) => path.endsWith('.client.tsx'))
    .flatMap((file) =>
      file.tree.statements.filter(ts.isImportDeclaration).flatMap((statement) => {
        const name = (statement.moduleSpecifier as ts.StringLiteral).text
        if (!name.endsWith('/actions.ts') || /^\.\.?\/(\.\.\/)*actions\.ts$/.test(name)) return []
        return [finding(file, statement, `takes the actions of another page: ${name}`)]
      }),
    )
}

/**
 * An action takes its form last: Next leaves out what an action does not name, and a call without a form is no form,
 * which the server in front refuses.
 */
export function actionsTakeTheirForm(sources: Source[]): Finding[] {
  const takesForm = (parameters: ts.NodeArray<ts.ParameterDeclaration> | undefined): boolean =>
    parameters?.at(-1)?.type?.getText() === 'FormData'
  return sources
    .filter((file) => directives(file).includes('use server'))
    .flatMap((file) =>
      file.tree.statements.filter(isExported).flatMap((statement) => {
        const parameters = ts.isFunctionDeclaration(statement)
          ? statement.parameters
          : ts.isVariableStatement(statement)
            ? parametersOf(statement.declarationList.declarations[0]?.initializer)
            : undefined
        return takesForm(parameters) ? [] : [finding(file, statement, 'is an action that does not take its form')]
      }),
    )
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)

const parametersOf = (value: ts.Expression | undefined): ts.NodeArray<ts.ParameterDeclaration> | undefined =>
  value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value.parameters : undefined

/** JSX lives where pages are: the worker runs `.ts` under plain Node. */
export const jsxLivesInPages = (sources: Source[]): Finding[] =>
  sources
    .filter(({ path }) => path.endsWith('.tsx') && !/^(app|ui)\//.test(path) && !isTest(path))
    .map((file) => finding(file, file.tree, 'is a .tsx outside app and ui'))
