import ts from 'typescript'
import { type Finding, finding, importedNames, isTest, type Source, topFunctions, walk } from './source.ts'

const door = /^(with(Staff|Patient|Guest|Public|Auth|System|Relay)|readAs(Staff|Guest))$/
const outside =
  /^#gateways\/|^\.\.?\/(.*\/)?gateways\/|^(nodemailer|stripe|meilisearch|undici|@temporalio\/client)$|^node:(http|https|http2|net|tls|dgram|dns)$/
const globals = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'])

/** The name at the left end of `a.b.c`. */
const leftmost = (node: ts.Expression): string | undefined => {
  let at = node
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at) || ts.isNonNullExpression(at))
    at = at.expression
  return ts.isIdentifier(at) ? at.text : undefined
}

/**
 * Nothing inside a door speaks to the world: a transaction would wait for it, and a repeat would do it twice.
 * Looks into the functions handed to a door and the functions of the same file that they name.
 */
export function doorsStayInside(sources: Source[]): Finding[] {
  return sources.filter(({ path }) => !isTest(path)).flatMap(insideDoors)
}

function insideDoors(file: Source): Finding[] {
  const found = new Set<Finding>()
  const strangers = importedNames(file, outside)
  const own = topFunctions(file)
  const seen = new Set<ts.Node>()
  const inspect = (inside: ts.Node): void => {
    if (seen.has(inside)) return
    seen.add(inside)
    walk(inside, (node) => {
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
        const name = leftmost(node.expression)
        const isGlobal =
          name !== undefined && (globals.has(name) || /^globalThis\.fetch$/.test(node.expression.getText(file.tree)))
        if (name && (isGlobal || strangers.has(name))) found.add(finding(file, node, `${name} is called inside a door`))
      }
      if (ts.isIdentifier(node)) {
        const named = own.get(node.text)
        if (named && !ts.isPropertyAccessExpression(node.parent)) inspect(named.node)
      }
    })
  }
  walk(file.tree, (node) => {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || !door.test(node.expression.text)) return
    for (const argument of node.arguments) {
      if (ts.isArrowFunction(argument) || ts.isFunctionExpression(argument) || ts.isIdentifier(argument))
        inspect(argument)
    }
  })
  return [...found]
}
