// The origins at which browsers reach this server.

const { env } = process

/** The shop's own origin, which links and codes lead to; never taken from a request. */
export const publicUrl: string = env.DEMO_URL ?? `http://localhost:${env.PORT ?? 3000}`

/** Further origins that pages of the shop may come from. */
export const origins: readonly string[] = env.DEMO_ORIGIN?.split(',').map((origin) => origin.trim()) ?? []

/** True if cookies cannot be `Secure`, because the server is reached by plain http. */
export const insecureOnLocalhost: boolean = env.DOGEAR_INSECURE_LOCALHOST === '1'
