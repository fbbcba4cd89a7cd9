// The environment of servers under test: variables that a developer has exported must not change what a test runs on.

/** Every variable that the demo or a stand-in reads, as one that is not set. */
export const cleared = {
  ASSISTANT_KEY: undefined,
  ASSISTANT_MODEL: undefined,
  ASSISTANT_PORT: undefined,
  ASSISTANT_URL: undefined,
  DATABASE_URL: undefined,
  DEMO_ORIGIN: undefined,
  DEMO_PROXIES: undefined,
  DEMO_URL: undefined,
  DOGEAR_KEYS: undefined,
  DOGEAR_LEASE_MS: undefined,
  DOGEAR_SEALING: undefined,
  DOGEAR_WORKER: undefined,
  HANDOFF_MS: undefined,
  IDLE_REMINDER_MS: undefined,
  PAYMENTS_WEBHOOK_SECRET: undefined,
  PAYMENTS_WEBHOOK_URL: undefined,
  PRICE_HOLD_MS: undefined,
  REDIS_URL: undefined,
  SESSION_IDLE_MS: undefined,
} as const satisfies Record<string, undefined>
