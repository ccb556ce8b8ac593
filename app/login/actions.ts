'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { attempt } from '#app/_server/action.ts'
import { signIn, signOut } from '#app/_server/session.ts'

const SignIn = z.strictObject({ personId: z.uuid(), tenant: z.string().regex(/^[a-z0-9-]{1,80}$/) })

/** One click signs a demo person in and opens their clinic. */
export async function signInAction(form: FormData): Promise<void> {
  await attempt(form, SignIn, async ({ personId, tenant }) => {
    await signIn(personId)
    return `/t/${tenant}`
  })
  redirect('/login')
}

/** Ends the session everywhere. */
export async function signOutAction(form: FormData): Promise<void> {
  await attempt(form, z.looseObject({}), async () => {
    await signOut()
    return '/login'
  })
  redirect('/login')
}
