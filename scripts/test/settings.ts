/** The secrets every test process runs with; nothing outside the tests knows them. */
export const testSettings = {
  CONTEXT_KEY: `test:${'c0'.repeat(32)}`,
  CAPABILITY_KEY: 'ca'.repeat(32),
  NEXTAUTH_SECRET: 'a secret for tests that is long enough',
  PUBLIC_URL: 'https://medley.test',
  LOG_LEVEL: 'silent',
  // Tests write to the same few people again and again; those of the limits set their own.
  ...{ RATE_LIMIT_BOOKINGS_PER_CONTACT: '1000000', RATE_LIMIT_MESSAGES_PER_CONTACT: '1000000' },
}
