// The payment provider's address as a browser reaches it.

/** The provider's origin, from the environment of the running server. */
export function paymentsOrigin(): string {
  const port = process.env.PAYMENTS_PORT ?? String(Number(process.env.PORT ?? 3000) + 1)
  return `http://localhost:${port}`
}
