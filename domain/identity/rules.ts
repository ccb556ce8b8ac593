/** How long a sign-in lasts, however busy: then it is asked for again. */
export const sessionHours = 12
