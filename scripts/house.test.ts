import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import {
  actionsTakeTheirForm,
  clientFilesSaySo,
  clientFilesUseTheirOwnActions,
  jsxLivesInPages,
} from './house/client.ts'
import { documentsNameWhatExists } from './house/documents.ts'
import { doorsStayInside } from './house/doors.ts'
import { environmentHasOneReader } from './house/environment.ts'
import {
  exportsPromise,
  filesAreShort,
  functionsAreShort,
  namesMeanSomething,
  noAsAny,
  noBarrels,
} from './house/shape.ts'
import { type Finding, filesBelow, type Source, source, sourcesBelow } from './house/source.ts'
import { functionsThatAudit, verbsAuthorizeAndAudit } from './house/verbs.ts'
import { wordsComeFromMessages } from './house/words.ts'

const root = join(import.meta.dirname, '..')
const paths = filesBelow(root)
const sources = sourcesBelow(root)
const auditing = functionsThatAudit(
  paths
    .filter((path) => path.startsWith('db/functions/'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
)

const long = (lines: number): string => Array.from({ length: lines }, (_, i) => `  f(${i})`).join('\n')

/** A check, files that it must let through, and files with the findings that it must make in them. */
type House = {
  check: (sources: Source[]) => Finding[]
  good: [string, string][]
  bad: [path: string, text: string, ...lines: number[]][]
}

const house: Record<string, House> = {
  'a verb authorises first and audits': {
    check: (files) => verbsAuthorizeAndAudit(files, auditing),
    good: [
      [
        'domain/a/cancel.ts',
        "export async function cancel(tx: T, actor: A) {\n  authorize(actor, 'booking:cancel', { id })\n  audit(tx, 'booking.cancelled')\n}",
      ],
      [
        'domain/a/hold.ts',
        "export const hold = async (tx: T, actor: A) => {\n  const scope = await authorize(actor, 'hold:take')\n  return once(tx, () => audit(tx, 'hold.taken', scope))\n}\nfunction inner() {}",
      ],
      ...['kernel.hold', 'kernel.book', 'auth.close_session'].map((name): [string, string] => [
        'domain/a/take.ts',
        `export function take(tx: T, actor: A) {\n  authorize(actor, 'hold:take')\n  return tx.sql\`select ${name}(1)\`\n}`,
      ]),
      ['domain/a/read.ts', 'export const list = () => 1'],
      ['domain/a/policy.ts', '// Not a verb: the table of who may do what\nexport const may = () => true'],
    ],
    bad: [
      [
        'domain/a/late.ts',
        "export async function late(tx: T, actor: A) {\n  await load(tx)\n  authorize(actor, 'booking:cancel')\n  audit(tx, 'x')\n}",
        1,
      ],
      [
        'domain/a/vague.ts',
        "export async function vague(tx: T, actor: A, what: W) {\n  authorize(actor, what)\n  audit(tx, 'x')\n}",
        1,
      ],
      [
        'domain/a/silent.ts',
        "\nexport async function silent(tx: T, actor: A) {\n  authorize(actor, 'booking:cancel')\n}",
        2,
      ],
      ...['kernel.extend', 'kernel.gone', 'auth.signed_in'].map((name, i): [string, string, number] => [
        `domain/a/keep${i}.ts`,
        `export function keep${i}(tx: T, actor: A) {\n  authorize(actor, 'hold:keep')\n  return tx.sql\`select ${name}()\`\n}`,
        1,
      ]),
      [
        'domain/a/other.ts',
        "export async function another(tx: T, actor: A) {\n  authorize(actor, 'booking:cancel')\n  audit(tx, 'x')\n}",
        1,
      ],
      ['domain/a/neither.ts', 'export async function neither() {}', 1, 1],
      ['domain/a/two.ts', 'export const one = () => 1\nexport function two() {}', 1],
      ['domain/a/none.ts', 'export const limit = 3', 1],
      ['domain/a/unsaid.ts', '// Not a verb:\nexport const unsaid = () => true', 2, 2],
    ],
  },
  'nothing inside a door speaks to the world': {
    check: doorsStayInside,
    good: [
      [
        'workflows/a/activities.ts',
        "import { send } from '#gateways/mail.ts'\nexport const f = async () => {\n  const row = await withSystem('mail', t, (tx) => read(tx))\n  await send(row)\n}",
      ],
      [
        'app/a/page.tsx',
        "import type { Mail } from '#gateways/mail.ts'\nexport const g = () => withPublic((tx) => read(tx, tx.fetch()))",
      ],
    ],
    bad: [
      [
        'workflows/b/activities.ts',
        "import { send } from '#gateways/mail.ts'\nexport const f = () =>\n  withSystem('mail', t, async (tx) => {\n    await send(await read(tx))\n  })",
        4,
      ],
      ['app/b/page.tsx', 'export const g = () => withPublic(async (tx) => fetch(await address(tx)))', 1],
      ['app/b/other.tsx', 'export const g = () => withPublic(async (tx) => globalThis.fetch(await address(tx)))', 1],
      [
        'workflows/c/activities.ts',
        "import { Client } from '@temporalio/client'\nexport const g = () => withRelay(work)\nconst work = async (tx: T) => step(tx)\nfunction step(tx: T) {\n  return new Client().start(tx)\n}",
        5,
      ],
      [
        'workflows/d/activities.ts',
        "import * as mail from '#gateways/mail.ts'\nexport const g = () => withRelay(function (tx) {\n  return mail.box.send(tx)\n})",
        3,
      ],
    ],
  },
  'the environment has one reader': {
    check: environmentHasOneReader,
    good: [
      ['lib/env.ts', 'export const a = process.env.A'],
      ['scripts/up.ts', 'export const a = process.env.A'],
      ['next.config.ts', 'export const a = process.env.A'],
      ['db/doors.test.ts', 'export const a = process.env.A'],
      ['lib/log.ts', 'process.exit(1)\nexport const b = import.meta.env'],
    ],
    bad: [
      ['db/doors.ts', 'export const a = process.env.A', 1],
      ['app/page.tsx', "export const a = process['env']\nexport const b = globalThis.process.env.B", 1, 2],
      ['api/app.ts', "import { env } from 'node:process'", 1],
      ['ui/a.tsx', 'const { env } = process', 1],
    ],
  },
  "'use client' if and only if the name says so": {
    check: clientFilesSaySo,
    good: [
      ['ui/a.client.tsx', "'use client'\nexport const A = 1"],
      ['ui/b.tsx', "export const B = 'use client'"],
      ['app/error.tsx', "'use client'\nexport const C = 1"],
      ['app/t/[tenant]/error.tsx', 'export const D = 1'],
    ],
    bad: [
      ['ui/c.client.tsx', '\nexport const A = 1', 2],
      ['ui/d.tsx', "// why\n'use client'\nexport const A = 1", 2],
      ['ui/use-clock.ts', "'use client'\nexport const A = 1", 1],
    ],
  },
  'a client file uses the actions of its own page': {
    check: clientFilesUseTheirOwnActions,
    good: [
      [
        'app/(market)/find/_bar/bar.client.tsx',
        "import { a } from './actions.ts'\nimport { b } from '../actions.ts'\nimport { c } from '../../actions.ts'",
      ],
    ],
    bad: [
      [
        'app/(market)/find/bar.client.tsx',
        "import { a } from '#app/login/actions.ts'\nimport { b } from '../login/actions.ts'\nimport { c } from './other/actions.ts'",
        1,
        2,
        3,
      ],
    ],
  },
  'an action takes its form': {
    check: actionsTakeTheirForm,
    good: [
      [
        'app/a/actions.ts',
        "'use server'\nexport async function a(id: string, form: FormData): Promise<void> {}\nexport const b = async (slug: string, form: FormData) => 1\nfunction inner() {}",
      ],
      ['app/b.ts', 'export function c() {}'],
    ],
    bad: [
      [
        'app/a/actions.ts',
        "'use server'\nexport async function a(id: string): Promise<void> {}\nexport const b = async () => 1",
        2,
        3,
      ],
    ],
  },
  'JSX lives in app and ui': {
    check: jsxLivesInPages,
    good: [
      ['ui/a.tsx', 'export const A = <p />'],
      ['app/a.tsx', 'export const A = <p />'],
    ],
    bad: [['domain/a/b.tsx', 'export const A = <p />', 1]],
  },
  'every word comes from messages': {
    check: wordsComeFromMessages,
    good: [
      [
        'ui/a.tsx',
        'export const A = () => <p className="flex gap-2" title={t(\'a\')}>{t(\'b\')} · 14:20 &nbsp;({n}) {isOn && <b id="x" />} {`${n}%`}</p>',
      ],
      [
        'ui/b.tsx',
        "export const B = () => <X kind={isOn ? 'warm' : 'cold'}>{map[kind]}{names.map((n) => t(n, { as: 'short' }))}</X>",
      ],
    ],
    bad: [
      ['ui/c.tsx', 'export const A = () => (\n  <p>\n    Find care\n  </p>\n)', 3],
      ['ui/d.tsx', "export const A = () => <p>{'Find'}</p>", 1],
      ['ui/e.tsx', "export const A = () => <p>{isOn ? 'Open' : t('closed')}</p>", 1],
      ['ui/f.tsx', 'export const A = () => <p>{`${n} visits`}</p>', 1],
      ['ui/g.tsx', 'export const A = () => <img alt="A clinic" aria-label={`Page ${n}`} />', 1, 1],
      ['ui/h.tsx', "export const A = () => <p>{name ?? 'Somebody'} {isOn && 'Open'}</p>", 1, 1],
    ],
  },
  'files are at most 250 lines': {
    check: filesAreShort,
    good: [
      ['lib/a.ts', `${long(250)}\n`],
      ['db/schema/a.ts', long(400)],
      ['db/testing/a.ts', long(400)],
      ['lib/a.test.ts', long(400)],
    ],
    bad: [['lib/b.ts', long(251), 1]],
  },
  'functions are at most 70 lines': {
    check: functionsAreShort,
    good: [
      ['lib/a.ts', `export function a() {\n${long(68)}\n}`],
      ['lib/a.test.ts', `test('x', () => {\n${long(90)}\n})`],
    ],
    bad: [
      ['lib/b.ts', `export function b() {\n${long(69)}\n}`, 1],
      ['lib/c.ts', `class C {\n  m() {\n${long(69)}\n  }\n}`, 2],
      ['lib/d.ts', `\nexport const d = () => ({\n${long(69).replaceAll(')', '),').replaceAll('f(', '...f(')}\n})`, 2],
    ],
  },
  'an exported function promises': {
    check: exportsPromise,
    good: [
      ['lib/a.ts', '/** Cents. */\nexport const price = () => 1\nconst inner = () => 2\nexport const limit = 3'],
      ['lib/b.ts', '/** Throws `limit`. */\nexport async function take() {}\nexport type T = () => void'],
      ['app/a/page.tsx', 'export async function generateMetadata() {}\nexport default function A() {}'],
      ['db/seed/a.ts', 'export const invent = () => 1'],
      ['lib/a.test.ts', 'export const build = () => 1'],
    ],
    bad: [
      ['lib/c.ts', '// Cents.\nexport const price = () => 1', 2],
      ['lib/d.ts', '/** One. */\nexport function one() {}\nexport async function two() {}', 3],
      ['ui/e.tsx', 'export const Hint = () => null', 1],
    ],
  },
  'no barrels': {
    check: noBarrels,
    good: [
      ['api/index.ts', 'export const app = 1'],
      ['api/app.ts', "export type { A } from './a.ts'"],
    ],
    bad: [['domain/a/index.ts', "export * from './b.ts'\nexport { c } from './c.ts'", 1, 2]],
  },
  'no as any': {
    check: noAsAny,
    good: [['lib/a.ts', 'export const a = b as unknown as C']],
    bad: [['lib/b.ts', 'export const a = b as any\nexport const c = (<any>d).e', 1, 2]],
  },
}

describe.each(Object.entries(house))('%s', (_, { check, good, bad }) => {
  test('lets through what is right', () => {
    expect(check(good.map(([path, text]) => source(path, text)))).toEqual([])
  })

  test.each(bad)('sees the fault planted in %s', (path, text, ...lines) => {
    const places = check([source(path, text)]).map((found) => found.split(' ')[0])
    expect(places.sort()).toEqual(lines.map((line) => `${path}:${line}`))
  })

  test('the repository keeps it', () => {
    expect(sources.length).toBeGreaterThan(20)
    expect(check(sources)).toEqual([])
  })
})

test('an SQL function audits when its file inserts into audit_event, and not when a comment says so', () => {
  const files = [
    { path: 'db/functions/kernel.a.sql', text: 'begin\n  insert into audit_event (action) values (1);' },
    { path: 'db/functions/kernel.b.sql', text: '-- insert into audit_event\nselect * from audit_event' },
    { path: 'db/functions/kernel.c.sql', text: 'insert into audit_events values (1)' },
  ]
  expect(functionsThatAudit(files)).toEqual(new Set(['kernel.a']))
})

describe('names mean something', () => {
  test('lets through what is right', () => {
    expect(
      namesMeanSomething(['app/t/[tenant]/services/page.tsx', 'domain/directory/services.ts', 'lib/time.ts']),
    ).toEqual([])
  })

  test.each(['lib/utils/a.ts', 'domain/services/a.ts', 'lib/helpers.ts', 'app/_helpers/utils.ts', 'db/dto/a.ts'])(
    'sees the fault planted in %s',
    (path) => {
      expect(namesMeanSomething([path])).toHaveLength(1)
    },
  )

  test('the repository keeps it', () => {
    expect(namesMeanSomething(paths)).toEqual([])
  })
})

describe('documents name what exists', () => {
  const tree = [
    'lib/env.ts',
    'domain/booking/hold.ts',
    'app/(market)/p/[slug]/page.tsx',
    'docs/a.md',
    'docs/decisions/001-x.md',
    '.ci/run',
    'package.json',
  ]
  const check = (text: string) => documentsNameWhatExists([{ path: 'docs/a.md', text }], tree, ['check'])

  test.each([
    '`lib/env.ts` and `lib/`, `domain/<noun>/<verb>.ts`, `domain/*/hold.ts`, `.ci/run`, `package.json`, `hold.ts`',
    '`app/(market)/p/[slug]/page.tsx`, [one](decisions/001-x.md#why), [two](../package.json), [three](https://example.org/a.md)',
    "`npm run check`, `/find`, `GET /api/v1/listings`, `.data/run.json`, `application/json`, `a.b`, `status = 'x'`",
  ])('lets through what is right: %s', (text) => {
    expect(check(text)).toEqual([])
  })

  test.each([
    '`lib/gone.ts`',
    '`domain/<noun>/gone.ts`',
    '`lib/gone/`',
    '`gone.ts`',
    '[one](decisions/002-y.md)',
    'npm run gone',
    '`app/(market)/q/page.tsx`',
  ])('sees the planted fault: %s', (text) => {
    expect(check(`first line\n${text}`)).toEqual([
      expect.stringMatching(/^docs\/a\.md:2 names .*, which does not exist$/),
    ])
  })

  test('the repository keeps it', () => {
    const documents = paths
      .filter((path) => path.endsWith('.md'))
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    expect(documents.length).toBeGreaterThan(10)
    expect(documentsNameWhatExists(documents, paths, Object.keys(packageJson.scripts))).toEqual([])
  })
})
