import ts from 'typescript'
import { type Finding, finding, isTest, type Source, walk } from './source.ts'

const hasLetters = (text: string): boolean => /\p{L}/u.test(text)
/** Attributes whose value a person reads or hears. */
const spoken =
  /^(alt|title|placeholder|label|description|heading|aria-(label|description|placeholder|roledescription|valuetext|braillelabel))$/

/** The literals that an expression in JSX may show: through `? :`, `&&`, `||`, `??`, `+`, brackets and templates, not into calls. */
function shown(node: ts.Expression | undefined): ts.Node[] {
  if (!node) return []
  if (ts.isStringLiteralLike(node)) return hasLetters(node.text) ? [node] : []
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head, ...node.templateSpans.map((span) => span.literal)]
    return [
      ...parts.filter((part) => hasLetters(part.text)),
      ...node.templateSpans.flatMap((span) => shown(span.expression)),
    ]
  }
  if (ts.isConditionalExpression(node)) return [...shown(node.whenTrue), ...shown(node.whenFalse)]
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return shown(node.expression)
  if (ts.isBinaryExpression(node)) {
    const both = [ts.SyntaxKind.PlusToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken]
    if (both.includes(node.operatorToken.kind)) return [...shown(node.left), ...shown(node.right)]
    if (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return shown(node.right)
  }
  return []
}

/** Every word a person reads comes from `messages/`: JSX holds no text of its own but digits and punctuation. */
export function wordsComeFromMessages(sources: Source[]): Finding[] {
  return sources
    .filter(({ path }) => path.endsWith('.tsx') && !isTest(path))
    .flatMap((file) => {
      const found: Finding[] = []
      const say = (node: ts.Node): void => {
        const text = node.getText(file.tree).trim().replace(/\s+/g, ' ').slice(0, 60)
        found.push(finding(file, node, `shows literal text: ${text}`))
      }
      walk(file.tree, (node) => {
        if (ts.isJsxText(node) && hasLetters(node.text.replace(/&#?\w+;/g, ''))) say(node)
        if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent))
          for (const literal of shown(node.expression)) say(literal)
        if (!ts.isJsxAttribute(node) || !spoken.test(node.name.getText(file.tree)) || !node.initializer) return
        const value = ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer
        for (const literal of shown(value as ts.Expression | undefined)) say(literal)
      })
      return found
    })
}
