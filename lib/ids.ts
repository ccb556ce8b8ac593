import { v7 } from 'uuid'

/** A new time-ordered id (RFC 9562 UUID version 7), as Postgres' `uuidv7()` makes them. */
export const newId = (): string => v7()

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** Whether `value` is shaped like a UUID; says nothing about whether the row exists. */
export const isId = (value: string): boolean => uuidShape.test(value)
