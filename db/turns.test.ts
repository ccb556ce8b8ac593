import { afterEach, expect, test, vi } from 'vitest'
import { Turns } from './turns.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('who finds every turn taken waits for one, in order, and is told 503 after eight seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const turns = new Turns(1)
  const endFirst = await turns.take()
  const late = turns.take().catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(7_999)
  const order: string[] = []
  const inOrder = async (name: string): Promise<void> => {
    const end = await turns.take()
    order.push(name)
    end()
  }
  const others = [inOrder('second'), inOrder('third')]
  await vi.advanceTimersByTimeAsync(1)
  expect(await late).toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 2 } })
  endFirst()
  await Promise.all(others)
  expect(order).toEqual(['second', 'third'])
  expect(turns.isIdle).toBe(true)
})

test('a queue of two thousand takes nobody else', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const turns = new Turns(1)
  const end = await turns.take()
  const waiting = Array.from({ length: 2_000 }, () => turns.take().then((endTurn) => endTurn()))
  await expect(turns.take()).rejects.toMatchObject({ code: 'unavailable' })
  end()
  await Promise.all(waiting)
  expect(turns.isIdle).toBe(true)
})
