import { Agent, get } from 'node:http'
import { type Cost, costOf } from '../cpu.ts'
import { atLeast, atMost, type Figures, inParallel, quantile, reported } from '../figures.ts'
import type { World } from '../world.ts'
import { questions, type Wanted } from './search.ts'

const width = 8
const rounds = 5
const cores = 2

/** One call on a kept connection, read to its end; its bytes as they came. */
const read = (agent: Agent, url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers }, (answer) => {
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`${answer.statusCode} from ${url}`)),
      )
    }).once('error', reject)
  })

type Load = { perSecond: number; bytes: number; cpu: Cost }

/** Asks for each of `urls` eight at a time, in five rounds after one to warm up: the median rate, and the cost of one. */
async function loadOf(world: World, urls: string[], headers: Record<string, string> = {}): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: width })
  const perRound = urls.length
  const sizes = await inParallel(urls, width, (url) => read(agent, url, headers))
  const costs: Cost[] = []
  for (let round = 0; round < rounds; round += 1) {
    const asked = { webPid: world.pidOf('web'), ownerUrl: world.urls.owner }
    costs.push(await costOf(asked, () => inParallel(urls, width, (url) => read(agent, url, headers))))
  }
  agent.destroy()
  const each = (part: keyof Cost): number =>
    quantile(
      costs.map((cost) => cost[part] / perRound),
      0.5,
    )
  return {
    perSecond: 1_000 / each('ms'),
    bytes: sizes.reduce((sum, size) => sum + size, 0) / perRound,
    cpu: { web: each('web'), postgres: each('postgres'), client: each('client'), ms: each('ms') },
  }
}

/**
 * The result page at eight calls at a time, as JSON and as HTML the way a browser asks for it: how many a second with the
 * client on the same machine, and the processor time of one, which other work on the machine changes little.
 */
export async function loadCase(world: World, isQuick: boolean): Promise<Figures> {
  const wanted = await questions(isQuick ? 100 : 300)
  const near = ({ near, specialty }: Wanted) => ({ near, specialty, radiusKm: isQuick ? '161' : '40' })
  const json = await loadOf(
    world,
    wanted.map(
      (one) => `${world.web}/api/v1/listings?${new URLSearchParams({ ...near(one), limit: '20', sort: 'nearest' })}`,
    ),
  )
  const page = await loadOf(
    world,
    wanted.map((one) => `${world.web}/find?${new URLSearchParams(near(one))}`),
    { 'accept-encoding': 'gzip, deflate, br' },
  )
  const { cpu } = json
  return {
    result_page_per_second: atLeast(json.perSecond, '1/s', 300),
    result_page_per_second_by_cpu: reported((cores * 1_000) / (cpu.web + cpu.postgres + cpu.client), '1/s'),
    result_page_web_cpu_ms: reported(cpu.web, 'ms'),
    result_page_postgres_cpu_ms: reported(cpu.postgres, 'ms'),
    result_page_client_cpu_ms: reported(cpu.client, 'ms'),
    html_page_web_cpu_ms: atMost(page.cpu.web, 'ms', 14),
    html_page_postgres_cpu_ms: reported(page.cpu.postgres, 'ms'),
    html_page_per_second: reported(page.perSecond, '1/s'),
    html_page_gzip_kib: reported(page.bytes / 1_024, 'KiB'),
  }
}
