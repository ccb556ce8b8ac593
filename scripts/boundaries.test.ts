import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '..')
const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.cjs'))
const folders = Object.keys(packageJson.imports).map((name) => name.slice(1, -2))

/** One import: the file, what it says, and either what it breaks (each with the file or package at the other end) or nothing. */
type Plant = [file: string, says: string, to?: string, ...breaks: string[]]

/** Every rule of `.dependency-cruiser.cjs` is broken by a line here; a rule that no line breaks fails the first test. */
const forbidden: Plant[] = [
  ['lib/money.ts', "import '#db/doors.ts'", 'db/doors.ts', 'lib-knows-nothing'],
  ['ui/card.tsx', "import '#db/doors.ts'", 'db/doors.ts', 'ui-sits-on-lib'],
  ['gateways/mail.ts', "import '#db/outbox.ts'", 'db/outbox.ts', 'gateways-sit-on-lib'],
  [
    'standins/mail.ts',
    "import '#gateways/sms.ts'",
    'gateways/sms.ts',
    'standins-sit-on-lib',
    'only-activities-call-gateways',
  ],
  ['db/idempotency.ts', "import '#domain/audit/audit.ts'", 'domain/audit/audit.ts', 'db-sits-on-lib'],
  ['domain/booking/hold.ts', "import '#search/sync.ts'", 'search/sync.ts', 'domain-sits-on-db'],
  ['search/query.ts', "import '#api/problem.ts'", 'api/problem.ts', 'search-sits-on-domain'],
  ['workflows/relay.ts', "import '#api/problem.ts'", 'api/problem.ts', 'workflows-sit-on-search'],
  ['api/holds.ts', "import type { F } from '#ui/form.tsx'", 'ui/form.tsx', 'api-sits-on-search'],
  [
    'app/(market)/find/page.tsx',
    "import '#workflows/booking/contract.ts'",
    'workflows/booking/contract.ts',
    'app-sits-on-api',
  ],
  ['workflows/import/workflow.ts', "import '#db/doors.ts'", 'db/doors.ts', 'workflow-imports-are-deterministic'],
  ['workflows/import/workflow.ts', "import '#lib/env.ts'", 'lib/env.ts', 'workflow-imports-are-deterministic'],
  ['workflows/import/workflow.ts', "import 'node:crypto'", 'crypto', 'workflow-imports-are-deterministic'],
  [
    'workflows/import/workflow.ts',
    "import '@temporalio/client'",
    'node_modules/@temporalio/client/index.js',
    'workflow-imports-are-deterministic',
  ],
  [
    'workflows/import/workflow.ts',
    "import type { s } from '../booking/activities.ts'",
    'workflows/booking/activities.ts',
    'workflow-imports-are-deterministic',
  ],
  [
    'workflows/review/workflow.ts',
    "import { send } from './activities.ts'",
    'workflows/review/activities.ts',
    'workflow-takes-activities-by-type',
  ],
  ['workflows/review/contract.ts', "import '#db/outbox.ts'", 'db/outbox.ts', 'contracts-are-plain'],
  ['domain/payment/rules.ts', "import '#db/schema/payment.ts'", 'db/schema/payment.ts', 'rules-are-pure'],
  ['domain/payment/rules.ts', "import '#lib/env.ts'", 'lib/env.ts', 'rules-are-pure'],
  ['domain/payment/rules.ts', "import 'drizzle-orm'", 'node_modules/drizzle-orm/index.js', 'rules-are-pure'],
  ['domain/payment/rules.ts', "import '../booking/read.ts'", 'domain/booking/read.ts', 'rules-are-pure'],
  ['domain/payment/input.ts', "import './pay.ts'", 'domain/payment/pay.ts', 'inputs-are-shared'],
  [
    'app/t/[tenant]/day.client.tsx',
    "import '#domain/booking/read.ts'",
    'domain/booking/read.ts',
    'client-files-are-client-safe',
  ],
  [
    'app/t/[tenant]/day.client.tsx',
    "import '../../_server/actor.ts'",
    'app/_server/actor.ts',
    'client-files-are-client-safe',
  ],
  ['app/(market)/map.client.tsx', "import '#lib/env.ts'", 'lib/env.ts', 'client-code-never-sees-env-or-log'],
  ['ui/badge.tsx', "import '#lib/log.ts'", 'lib/log.ts', 'client-code-never-sees-env-or-log'],
  ['ui/clock.client.tsx', "import 'node:os'", 'os', 'client-code-never-sees-node'],
  ['domain/refund/rules.ts', "import 'node:crypto'", 'crypto', 'client-code-never-sees-node'],
  ['domain/booking/confirm.ts', "import 'node:https'", 'https', 'domain-is-network-free'],
  ['domain/booking/confirm.ts', "import 'node:dns/promises'", 'dns/promises', 'domain-is-network-free'],
  ['domain/booking/confirm.ts', "import 'nodemailer'", 'node_modules/nodemailer/index.js', 'domain-is-network-free'],
  [
    'app/_server/start.ts',
    "import '@temporalio/client'",
    'node_modules/@temporalio/client/index.js',
    'only-workflows-import-temporal',
  ],
  [
    'instrumentation.ts',
    "import '@temporalio/client'",
    'node_modules/@temporalio/client/index.js',
    'only-workflows-import-temporal',
  ],
  [
    'domain/booking/cancel.ts',
    "import type { C } from '@temporalio/client'",
    'node_modules/@temporalio/client/index.js',
    'only-workflows-import-temporal',
  ],
  ['api/appointments.ts', "import '#gateways/sms.ts'", 'gateways/sms.ts', 'only-activities-call-gateways'],
  ['workflows/booking/messages.ts', "import '#gateways/sms.ts'", 'gateways/sms.ts', 'only-activities-call-gateways'],
  ['domain/booking/move.ts', "import 'postgres'", 'node_modules/postgres/index.js', 'only-db-opens-postgres'],
  ['domain/booking/block.ts', "import 'next/headers'", 'node_modules/next/headers.js', 'web-frameworks-stay-in-app'],
  ['workflows/worker.ts', "import 'hono'", 'node_modules/hono/index.js', 'web-frameworks-stay-in-app'],
  ['api/listings.ts', "import 'next/headers'", 'node_modules/next/headers.js', 'api-knows-no-page'],
  ['next.config.ts', "import './standins/sms.ts'", 'standins/sms.ts', 'standins-only-for-scripts-and-tests'],
  ['domain/booking/seeded.ts', "import '#db/testing/fixtures.ts'", 'db/testing/fixtures.ts', 'testing-only-for-tests'],
  ['domain/audit/a.ts', "import './b.ts'", 'domain/audit/b.ts', 'no-cycles'],
  ['search/document.ts', "import './gone.ts'", './gone.ts', 'imports-resolve'],
  ['search/document.ts', "import '#gone/read.ts'", '#gone/read.ts', 'imports-resolve'],
  ['domain/booking/release.ts', "import '../../db/outbox.ts'", 'db/outbox.ts', 'between-folders-by-name'],
  [
    'domain/booking/extend.ts',
    "import 'smtp-server'",
    'node_modules/smtp-server/index.js',
    'product-needs-no-dev-dependency',
  ],
]

/** The neighbours of the lines above, which the same rules must let through. */
const permitted: Plant[] = [
  [
    'domain/booking/read.ts',
    "import '#db/doors.ts'\nimport '#lib/errors.ts'\nimport './rules.ts'\nimport 'drizzle-orm'",
  ],
  ['domain/booking/rules.ts', "import '#lib/time.ts'\nimport './input.ts'\nimport 'temporal-polyfill'"],
  ['domain/booking/input.ts', "import 'zod'\nimport '../refund/rules.ts'"],
  [
    'workflows/booking/workflow.ts',
    "import '@temporalio/workflow'\nimport './contract.ts'\nimport type { send } from './activities.ts'\nimport '#domain/booking/rules.ts'\nimport '#lib/time.ts'",
  ],
  ['workflows/booking/contract.ts', "import type { Id } from '#db/doors.ts'\nimport '@temporalio/workflow'"],
  [
    'workflows/booking/activities.ts',
    "import '#gateways/sms.ts'\nimport '#domain/booking/read.ts'\nimport '@temporalio/client'",
  ],
  ['api/webhooks/stripe.ts', "import '#gateways/sms.ts'\nimport 'hono'"],
  [
    'app/(market)/find/save.client.tsx',
    "import 'react'\nimport './actions.ts'\nimport '#ui/form.tsx'\nimport '#domain/booking/input.ts'\nimport '#lib/time.ts'\nimport './more.client.tsx'\nimport type { Row } from '#domain/booking/read.ts'",
  ],
  ['app/(market)/find/actions.ts', "import '#domain/booking/read.ts'\nimport '../../_server/actor.ts'"],
  ['app/(market)/find/more.client.tsx', "import 'react'"],
  ['db/doors.ts', "import 'postgres'\nimport './outbox.ts'"],
  [
    'domain/booking/read.test.ts',
    "import '#standins/sms.ts'\nimport '#gateways/sms.ts'\nimport '#scripts/web.ts'\nimport 'smtp-server'\nimport '#db/testing/fixtures.ts'",
  ],
  [
    'scripts/web.ts',
    "import '#standins/sms.ts'\nimport '#app/_server/actor.ts'\nimport '@temporalio/client'\nimport 'postgres'\nimport 'node:http'",
  ],
  ['db/testing/fixtures.ts', "import 'postgres'\nimport '../doors.ts'"],
  ['domain/audit/b.ts', "import './a.ts'"],
  ['domain/audit/c.ts', "import type { d } from './d.ts'"],
  ['domain/audit/d.ts', "import './c.ts'"],
]

/** The planted lines as a repository of their own in a temporary folder, with stubs for packages and for the files that nothing is planted in. */
function plantedTree(): string {
  const base = mkdtempSync(join(tmpdir(), 'medley-boundaries-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(base, path)), { recursive: true })
    writeFileSync(join(base, path), text)
  }
  const { imports, dependencies, devDependencies } = packageJson
  write('package.json', JSON.stringify({ name: 'planted', type: 'module', imports, dependencies, devDependencies }))
  const sources = new Map<string, string>()
  for (const [file, says] of [...forbidden, ...permitted]) sources.set(file, `${sources.get(file) ?? ''}${says}\n`)
  for (const name of [...Object.keys(dependencies), ...Object.keys(devDependencies)]) {
    write(
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '0.0.0', exports: { '.': './index.js', './*': './*.js' } }),
    )
    write(`node_modules/${name}/index.js`, '')
  }
  write('node_modules/next/headers.js', '')
  const bare = ['lib/env.ts', 'lib/log.ts', 'lib/errors.ts', 'lib/time.ts', 'db/outbox.ts', 'db/schema/payment.ts']
  bare.push(
    'domain/audit/audit.ts',
    'domain/identity/authorize.ts',
    'domain/payment/pay.ts',
    'search/sync.ts',
    'api/problem.ts',
  )
  bare.push(
    'ui/form.tsx',
    'gateways/sms.ts',
    'standins/sms.ts',
    'app/_server/actor.ts',
    'workflows/review/activities.ts',
  )
  for (const file of bare) sources.set(file, '')
  for (const [file, text] of sources) write(file, text)
  return base
}

/** Every broken rule below `base` as "rule: from -> to", sorted, each once. */
async function violations(base: string, below: string[]): Promise<{ broken: string[]; result: ICruiseResult }> {
  const { output } = await cruise(below, { ...options, baseDir: base })
  const result = output as ICruiseResult
  const broken = result.summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`)
  return { broken: [...new Set(broken)].sort(), result }
}

test('every rule has a planted violation', () => {
  const planted = new Set(forbidden.flatMap(([, , , ...breaks]) => breaks))
  expect([...planted].sort()).toEqual((options.ruleSet?.forbidden ?? []).map((rule) => rule.name).sort())
})

test('each planted violation is caught, and nothing beside it', async () => {
  const base = plantedTree()
  try {
    const { broken } = await violations(
      base,
      [...folders, 'next.config.ts', 'instrumentation.ts'].filter((f) => !['bench', 'e2e', 'messages'].includes(f)),
    )
    expect(broken).toEqual(
      forbidden.flatMap(([file, , to, ...breaks]) => breaks.map((rule) => `${rule}: ${file} -> ${to}`)).sort(),
    )
  } finally {
    rmSync(base, { recursive: true })
  }
})

test('the repository keeps every rule', async () => {
  const { broken, result } = await violations(root, ['.'])
  expect(broken).toEqual([])
  const byName = result.modules.flatMap((module) => module.dependencies).filter((d) => d.module.startsWith('#'))
  expect(byName.length).toBeGreaterThan(50)
})
