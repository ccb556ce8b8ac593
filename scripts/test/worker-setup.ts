import { changeEnv } from '#lib/env.ts'
import { testDatabase } from './database.ts'

// Before a file's first import: what the product reads from its settings is this worker's own database.
const urls = await testDatabase()
changeEnv({
  DATABASE_URL: urls.web,
  DATABASE_AUTH_URL: urls.auth,
  DATABASE_WORKER_URL: urls.jobs,
  DATABASE_OWNER_URL: urls.owner,
})
