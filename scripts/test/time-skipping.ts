import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolders } from '#scripts/stack/postgres-home.ts'

const version = '1.32.0'

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>medley</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`

/**
 * Temporal's test server, whose clock skips every wait, as a program: from Maven Central by `mvn` on first use, kept in
 * the user's cache folder. Undefined where there is no Java or no Maven; the SDK then downloads its own.
 */
export function timeSkippingServer(): string | undefined {
  const folder = join(cacheFolders()[0] ?? '', `temporal-test-server-${version}`)
  const program = join(folder, 'test-server')
  if (existsSync(program)) return program
  if (![['java', '-version'] as const, ['mvn', '-version'] as const].every(([name, flag]) => runs(name, flag)))
    return undefined
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'pom.xml'), pom)
  if (
    !runs('mvn', '-q', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${folder}/lib`)
  )
    return undefined
  const fresh = `${program}.${process.pid}`
  writeFileSync(fresh, `#!/bin/sh\nexec java -cp "${folder}/lib/*" io.temporal.testserver.TestServer "$@"\n`)
  chmodSync(fresh, 0o755)
  renameSync(fresh, program)
  return program
}

const runs = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore', timeout: 300_000 }).status === 0
