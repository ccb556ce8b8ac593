import { expect, inject, test } from 'vitest'

// Who is signed in, as a browser of the real server sees it: by the session's row, whatever its cookie says.

const { web } = inject('demo')

/** A browser's cookies: what the server sets is kept and sent again. */
class Browser {
  readonly jar = new Map<string, string>()

  async ask(path: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = form && { method: 'POST', body: new URLSearchParams({ ...form, json: 'true' }) }
    const answer = await fetch(web + path, { ...sent, headers: { cookie }, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.jar.delete(name)
      else this.jar.set(name, value)
    }
    return answer
  }

  async post(path: string, form: Record<string, string> = {}): Promise<Response> {
    const { csrfToken } = (await (await this.ask('/api/auth/csrf')).json()) as { csrfToken: string }
    return this.ask(path, { ...form, csrfToken })
  }
}

async function signedIn(): Promise<Browser> {
  const browser = new Browser()
  const personId = /name="personId" value="([0-9a-f-]{36})"/.exec(await (await browser.ask('/login')).text())?.[1] ?? ''
  await browser.post('/api/auth/callback/demo', { personId })
  expect(browser.jar.has('medley.session')).toBe(true)
  return browser
}

const session = async (browser: Browser): Promise<unknown> => (await browser.ask('/api/auth/session')).json()

test('the session says until when, and nothing that the cookie carries', async () => {
  expect(await session(await signedIn())).toEqual({ expires: expect.stringMatching(/^\d{4}-/) })
})

test('a copy of the cookie is worth nothing once its session has ended, and is taken away', async () => {
  const browser = await signedIn()
  const copy = new Browser()
  for (const [name, value] of browser.jar) copy.jar.set(name, value)
  await browser.post('/api/auth/signout')
  expect(await session(copy)).toEqual({})
  expect(copy.jar.has('medley.session')).toBe(false)
})

test('a cookie that is none is nobody’s', async () => {
  const browser = new Browser()
  browser.jar.set('medley.session', 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c')
  expect(await session(browser)).toEqual({})
})
