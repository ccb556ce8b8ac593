import type postgres from 'postgres'
import { exceptions } from './lint-exceptions.ts'
import { roleRules } from './lint-roles.ts'
import { functionRules, policyRules, tableRules } from './lint-tables.ts'

/** Each rule of the wall, as a query for what breaks it. */
const rules = { ...tableRules, ...policyRules, ...functionRules, ...roleRules } as const
export type RuleName = keyof typeof rules
export const ruleNames = Object.keys(rules) as RuleName[]

/** Something in the catalog that the wall forbids, or (`exception_unused`) an exception that nothing needs any more. */
export type Finding = { rule: RuleName | 'exception_unused'; object: string; detail: string }

/** Reads the system catalog and gives every breach of the wall that is no listed exception. Any connection may ask. */
export async function lintCatalog(sql: postgres.ISql): Promise<Finding[]> {
  const findings: Finding[] = []
  const unused = new Set(exceptions.flatMap(({ objects }) => objects))
  for (const rule of ruleNames) {
    const rows = await sql.unsafe<{ object: string; detail: string }[]>(rules[rule])
    for (const { object, detail } of rows) {
      const patterns = exceptions
        .filter((exception) => exception.rules.includes(rule))
        .flatMap(({ objects }) => objects)
      const matching = patterns.filter((pattern) => matches(pattern, object))
      for (const pattern of matching) unused.delete(pattern)
      if (matching.length === 0) findings.push({ rule, object, detail })
    }
  }
  for (const object of unused) findings.push({ rule: 'exception_unused', object, detail: 'take it out of the list' })
  return findings
}

const matches = (pattern: string, object: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(object)
