import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { dataDir } from '#scripts/stack/run-file.ts'

// What someone without any account sends to the real server to make it fail: everything that Next reads from a request,
// in shapes that no browser gives it. Nothing is a 500, and nothing that was sent stands in the log.

const { web } = inject('demo')
const { hostname, port } = new URL(web)
const canary = 'Canary Secretname'
const logFile = join(dataDir(), 'logs/web.log')
const manifest = JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8'))
const actions = Object.keys(manifest.node)
/** One that the sign-in page has. Next hands others on to a page that has them, and answers {} when that refuses. */
const action = actions.find((id) => 'app/login/page' in manifest.node[id].workers) ?? ''

type Sent = { method?: string; headers?: Record<string, string | string[]>; body?: string }
type Seen = { status: number; text: string; location?: string }

const send = (path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const call = request({ hostname, port, path, method, headers: { ...length, ...headers } }, (res) => {
      let text = ''
      res.on('data', (chunk) => {
        text += chunk
      })
      const { statusCode: status = 0 } = res
      res.on('end', () => resolve({ status, text, ...(res.headers.location && { location: res.headers.location }) }))
    })
    call.setTimeout(20_000, () => call.destroy(new Error(`no answer: ${method} ${path.slice(0, 100)}`)))
    call.on('error', reject)
    call.end(body)
  })

/** Next first sends a script's call on to an address that tells its headers apart. */
async function visit(path: string, sent: Sent): Promise<Seen> {
  const seen = await send(path, sent)
  const isSentOn = seen.status === 307 && seen.location?.includes('_rsc=')
  return isSentOn ? send(seen.location ?? '', sent) : seen
}

const multipart = 'multipart/form-data; boundary=XX'
const form = (fields: [string, string][]): string =>
  `${fields.map(([name, value]) => `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--XX--\r\n`
const posted = (fields: [string, string][], headers: Sent['headers'] = {}): Sent => ({
  ...{ method: 'POST', headers: { origin: web, 'content-type': multipart, ...headers }, body: form(fields) },
})
/** As a script sends it: the arguments in React's own form. */
const scripted = (fields: [string, string][], id = action): Sent => posted(fields, { 'next-action': id })
const tree = (value: unknown): Record<string, string> => ({
  ...{ rsc: '1', 'next-router-state-tree': encodeURIComponent(JSON.stringify(value)) },
})

let begin = 0
beforeAll(() => {
  const file = openSync(logFile, 'r')
  begin = fstatSync(file).size
  closeSync(file)
})

/** The log stays a log whatever was sent: one JSON object a line, no stack outside one, nothing of what a caller wrote. */
afterAll(async () => {
  await sleep(500)
  const file = openSync(logFile, 'r')
  const written = Buffer.alloc(Math.max(0, fstatSync(file).size - begin))
  readSync(file, written, 0, written.length, begin)
  closeSync(file)
  const lines = written.toString().split('\n').slice(0, -1)
  expect(lines.filter((line) => !line.startsWith('{"level"'))).toEqual([])
  expect(lines.filter((line) => line.includes(canary))).toEqual([])
})

const flash = Buffer.from(JSON.stringify({ path: '/login', state: null })).toString('base64url')
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

test.each<[string, string, Sent]>([
  ['a tree that is none', '/find', { headers: { rsc: '1', 'next-router-state-tree': canary } }],
  ['a tree in bad escapes', '/find', { headers: { rsc: '1', 'next-router-state-tree': '%E0%A4%A' } }],
  ['a tree without the script’s mark', '/find', { headers: { 'next-router-state-tree': canary } }],
  ['a tree of another shape', '/find', { headers: tree([canary, { children: [1] }]) }],
  ['two trees', '/find', { headers: { rsc: '1', 'next-router-state-tree': [canary, canary] } }],
  ['a prefetch that is none', '/find', { headers: { rsc: '1', 'next-router-prefetch': canary } }],
  ['a segment that is none', '/find', { headers: { rsc: '1', 'next-router-segment-prefetch': canary } }],
  ['an address of before that is none', '/find', { headers: { rsc: '1', 'next-url': canary } }],
  ['arguments that are no JSON', '/login', scripted([['0', canary]])],
  ['arguments that are not there', '/login', scripted([['5', '[]']])],
  ['no arguments', '/login', scripted([['0', '[]']])],
  ['an argument that is no form', '/login', scripted([['0', JSON.stringify([canary])]])],
  ['a reference to nothing', '/login', scripted([['0', '["$1"]']])],
  ['too many arguments', '/login', scripted([['0', JSON.stringify(Array(2_000).fill(canary))]])],
  ['arguments too deep', '/login', scripted([['0', deep(50_000)]])],
  [
    'a function of ours that is none',
    '/login',
    scripted([
      ['0', '["$F1"]'],
      ['1', `{"id":"${canary}","bound":null}`],
    ]),
  ],
  ['a body that is no form', '/login', { ...scripted([]), body: canary }],
  ['an action of that name that no build has', '/login', scripted([['0', '[]']], '0'.repeat(42))],
  ['an action called toString', '/login', scripted([['0', '[]']], 'toString')],
  ['a form’s action that no build has', '/login', posted([[`$ACTION_ID_${canary}`, '']])],
  [
    'bound arguments that are none',
    '/login',
    posted([
      ['$ACTION_REF_1', ''],
      ['$ACTION_1:0', canary],
    ]),
  ],
  [
    'bound arguments that are not there',
    '/login',
    posted([
      ['$ACTION_REF_1', ''],
      ['$ACTION_1:0', JSON.stringify({ id: action, bound: '$@1' })],
    ]),
  ],
  [
    'bound arguments that are no JSON',
    '/login',
    posted([
      ['$ACTION_REF_1', ''],
      ['$ACTION_1:0', JSON.stringify({ id: action, bound: '$@1' })],
      ['$ACTION_1:1', canary],
    ]),
  ],
  ['five thousand fields', '/login', posted([...Array(5_000).keys()].map((i) => [`$ACTION_${i}`, canary]))],
  ['an empty origin', '/login', posted([[`$ACTION_ID_${action}`, '']], { origin: '' })],
  [
    'no origin',
    '/login',
    { method: 'POST', headers: { 'content-type': multipart }, body: form([[`$ACTION_ID_${action}`, '']]) },
  ],
  [
    'our origin with another scheme',
    '/login',
    posted([[`$ACTION_ID_${action}`, '']], { origin: web.replace('http', 'https') }),
  ],
  ['a sign-in by address', '/api/auth/callback/demo', {}],
  ['a sign-in of no provider', '/api/auth/callback', { method: 'POST' }],
  [
    'an address to return to that is none',
    '/api/auth/session',
    { headers: { cookie: `next-auth.callback-url=::::${canary}` } },
  ],
  ['an address to return to that is a script', '/api/auth/signin?callbackUrl=javascript:alert(1)', {}],
  ['an error that is no text', '/api/auth/error?error=%ff', {}],
  ['a name that every object has', '/api/auth/__proto__', {}],
  ['next-auth’s way into our log', '/api/auth/_log', { method: 'POST', body: `code=${canary}` }],
  ['an upgrade', '/find', { method: 'PUT', headers: { connection: 'Upgrade', upgrade: 'websocket' } }],
])('%s is refused (4xx)', async (_name, path, sent) => {
  const { status, text } = await visit(path, sent)
  expect(status, text.slice(0, 200)).toBeGreaterThanOrEqual(400)
  expect(status, text.slice(0, 200)).toBeLessThan(500)
  expect(text).not.toMatch(/node_modules|\.next\/server/)
})

const held = '00000000-0000-7000-8000-000000000000'

test.each<[string, string]>([
  ['a form’s answer that is none', `medley.form=${flash}`],
  ['a form’s answer in bad escapes', 'medley.form=%E0%A4%A'],
  ['a hold’s token under the name of a visit', `medley.visits=v1.hold.${held}.${held}.1.4102444800.${'x'.repeat(43)}`],
  ['what no token looks like', `medley.visits=${'~'.repeat(4_000)}`],
  ['a session that is none', 'medley.session=eyJhbGciOiJkaXIifQ.a.b.c.d'],
  ['a session in pieces', 'medley.session.0=a; medley.session.1=b'],
  [
    'Next’s own',
    '__prerender_bypass=x; __next_preview_data=y; next-instant-navigation-testing=%5B0%5D; NEXT_LOCALE=%ff',
  ],
  ['names that every object has', '__proto__=x; constructor=y; toString=z'],
  ['bytes that are no text', 'locale=\xff\xfe; =; ;;; a'],
])('a cookie with %s is one that says nothing', async (_name, cookie) => {
  for (const path of ['/login', '/find', `/book/${held}`, `/visit/${held}`, '/api/auth/session', '/t/nowhere'])
    expect((await visit(path, { headers: { cookie } })).status, path).toBeLessThan(500)
})

/** Sends bytes as they are; what no HTTP client would. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(Buffer.from(bytes, 'latin1')))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
    socket.setTimeout(20_000, () => socket.destroy())
  })

test.each([
  '/_next/static/../../find',
  '/_next/static/%2e%2e/%2e%2e/find',
  '/_next/static/%252e%252e/%252e%252e/find',
  '/api/../find',
])('%s is refused: nothing is served under another path than the one that was counted', async (path) =>
  expect((await send(path)).status).toBe(400),
)

test.each([
  ['a path with a zero', 'GET /find\0 HTTP/1.1\r\nHost: H\r\n\r\n'],
  ['bytes that are no text', 'GET /\xff\xfe?q=\xff HTTP/1.1\r\nHost: H\r\n\r\n'],
  ['another’s whole address', 'GET http://evil.example/find HTTP/1.1\r\nHost: H\r\n\r\n'],
  ['a star', 'OPTIONS * HTTP/1.1\r\nHost: H\r\n\r\n'],
  ['two hosts', 'GET /find HTTP/1.1\r\nHost: H\r\nHost: evil.example\r\n\r\n'],
  ['no host', 'GET /find HTTP/1.0\r\n\r\n'],
  ['two lengths', 'POST /find HTTP/1.1\r\nHost: H\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nx'],
  [
    'a length and chunks',
    'POST /find HTTP/1.1\r\nHost: H\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['chunks that are none', 'POST /find HTTP/1.1\r\nHost: H\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['a header without end', `GET /find HTTP/1.1\r\nHost: H\r\nX: ${'x'.repeat(70_000)}`],
  ['a thousand headers', `GET /find HTTP/1.1\r\nHost: H\r\n${'X: y\r\n'.repeat(3_000)}\r\n`],
  ['an expectation', 'POST /find HTTP/1.1\r\nHost: H\r\nExpect: 200-maybe\r\n\r\n'],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: H\r\n\r\n'],
])('%s is refused or nothing at all, never a 5xx', async (_name, bytes) => {
  const answer = await raw(bytes.replace('Host: H', `Host: ${hostname}:${port}`))
  expect(answer).not.toMatch(/^HTTP\/1\.1 5/)
  expect((await send('/healthz')).status).toBe(200)
})

const nasty = [
  ...[
    '',
    '%',
    '%00',
    '%ff',
    '\xff\xfe',
    '-1',
    '9'.repeat(400),
    '1e309',
    'NaN',
    'null',
    '[]',
    '{}',
    '""',
    '["$1"]',
    '["$K1"]',
  ],
  ...['["$@0"]', '["$Q1","$W2","$i3","$n99999999999","$D0","$B1","$o4"]', '"$"', '["$1:a:b:c"]', '["$T"]', deep(2_000)],
  ...[
    '__proto__',
    'constructor',
    'v1.hold.a.b.1.1.x',
    canary,
    `"${canary}`,
    '\u202e'.repeat(2),
    'x'.repeat(3_000),
    `{"then":"${canary}"}`,
  ],
  ...['["$undefined",{"status":"error","errors":null,"values":null},"$K1"]', `{"id":"${action}","bound":"$@1"}`],
]
const bytes = (value: string): string =>
  Buffer.from(value)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
const paths = [
  ...[
    '/',
    '/find',
    '/login',
    '/help',
    `/book/${held}`,
    `/visit/${held}`,
    `/visit/${held}/move`,
    '/t/nowhere',
    '/m/x',
    '/nothing',
  ],
  ...[
    '/p/x',
    '/dev/outbox',
    '/robots.txt',
    '/icon.svg',
    '/_next/image',
    '/_next/data/x/find.json',
    '/_next/static/x',
    '/api/v1/listings',
  ],
  ...[
    '/api/auth/session',
    '/api/auth/signin',
    '/api/auth/callback/demo',
    '/api/auth/csrf',
    '/readyz',
    '/healthz',
    '/500',
    '/_error',
  ],
]
const headerNames = [
  ...[
    'rsc',
    'next-router-state-tree',
    'next-router-prefetch',
    'next-router-segment-prefetch',
    'next-url',
    'next-action',
  ],
  ...[
    'next-hmr-refresh',
    'next-resume',
    'x-next-resume-state-length',
    'x-nextjs-data',
    'x-nextjs-postponed',
    'x-matched-path',
  ],
  ...[
    'x-middleware-subrequest',
    'x-middleware-rewrite',
    'x-middleware-override-headers',
    'x-middleware-set-cookie',
    'x-invoke-path',
  ],
  ...[
    'x-now-route-matches',
    'x-action-forwarded',
    'x-prerender-revalidate',
    'x-nextjs-request-id',
    'x-nextjs-html-request-id',
  ],
  ...[
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-for',
    'x-request-id',
    'x-medley-inner',
    'x-medley-operator',
    'x-nonce',
  ],
  ...[
    'accept',
    'accept-language',
    'accept-encoding',
    'cookie',
    'referer',
    'origin',
    'content-type',
    'range',
    'if-none-match',
  ],
  ...[
    'if-modified-since',
    'purpose',
    'sec-purpose',
    'user-agent',
    'authorization',
    'idempotency-key',
    'content-encoding',
    'expect',
  ],
]
const fieldNames = [
  ...[
    '0',
    '1',
    '2',
    '0_1',
    '1_key',
    '$ACTION_KEY',
    '$ACTION_REF_1',
    '$ACTION_REF_',
    '$ACTION_1:0',
    '$ACTION_1:1',
    '$ACTION_ID_',
  ],
  ...[`$ACTION_ID_${action}`, 'key', 'choice', 'patient.birthDate.year', '__proto__', ''],
]
const segment = fc.oneof(
  fc.constantFrom('', 'find', '(market)', '__PAGE__', '__DEFAULT__', '/_not-found', canary, '..', '__proto__'),
  fc.tuple(
    fc.constantFrom('id', 'tenant', canary),
    fc.constantFrom(...nasty),
    fc.constantFrom('d', 'c', 'oc', 'di(.)'),
    fc.constant(null),
  ),
)
const shownAs = [
  fc.constantFrom(null, undefined, ['/x', '/y']),
  fc.constantFrom(null, undefined, 'refetch', 'metadata-only'),
] as const
const { node } = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.tuple(segment, fc.constant({}), ...shownAs),
    fc.tuple(
      segment,
      fc.dictionary(fc.constantFrom('children', 'modal', '__proto__'), tie('node'), { maxKeys: 2 }),
      ...shownAs,
    ),
  ),
}))

const header = fc.tuple(fc.constantFrom(...headerNames), fc.constantFrom(...nasty).map(bytes))
const visits = fc.record({
  ...{
    path: fc.constantFrom(...paths),
    query: fc.constantFrom('', '?q=%ff', '?_rsc=x', `?${'a=b&'.repeat(1_000)}`, '?nxtPid=1&__nextLocale=x'),
  },
  ...{ headers: fc.array(header, { maxLength: 5 }), method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST') },
})
const walks = fc.record({ path: fc.constantFrom(...paths), tree: node, prefetch: fc.constantFrom('', '1', '2') })
const forms = fc.record({
  ...{
    path: fc.constantFrom('/login', '/find', `/book/${held}`, `/visit/${held}/move`),
    id: fc.constantFrom('', ...actions),
  },
  ...{
    fields: fc.array(fc.tuple(fc.constantFrom(...fieldNames), fc.constantFrom(...nasty)), {
      minLength: 1,
      maxLength: 8,
    }),
  },
})

const never500 = async (path: string, sent: Sent): Promise<void> => {
  const { status, text } = await visit(path, sent)
  expect(status, `${JSON.stringify({ path, ...sent }).slice(0, 1_500)}: ${text.slice(0, 300)}`).toBeLessThan(500)
}

test('whatever the headers say, it is never a 500', async () => {
  await fc.assert(
    fc.asyncProperty(visits, ({ path, query, headers, method }) =>
      never500(path + query, {
        method,
        headers: { ...(method === 'POST' && { origin: web }), ...Object.fromEntries(headers) },
      }),
    ),
    { numRuns: 150 },
  )
}, 180_000)

test('whatever tree of pages a script says it shows, it is never a 500', async () => {
  await fc.assert(
    fc.asyncProperty(walks, ({ path, tree: shown, prefetch }) =>
      never500(path, { headers: { ...tree(shown), ...(prefetch && { 'next-router-prefetch': prefetch }) } }),
    ),
    { numRuns: 60 },
  )
}, 180_000)

test('whatever is sent to an action, by script or without, it is never a 500', async () => {
  await fc.assert(
    fc.asyncProperty(forms, ({ path, id, fields }) => never500(path, id ? scripted(fields, id) : posted(fields))),
    { numRuns: 150 },
  )
}, 180_000)
