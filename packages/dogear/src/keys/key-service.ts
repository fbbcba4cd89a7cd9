// The port of a key service: it wraps data keys with a key that never leaves it.

/**
 * A key service, such as a cloud's KMS, Vault's transit engine or an HSM, by `id`: 1 to 32 letters, digits, hyphens or
 * underscores, written into the records it helps to seal.
 */
export interface KeyService {
  readonly id: string
  /** `dataKey`, 32 bytes, encrypted by the service: 1 to 65,535 bytes. It is stored with each record. */
  wrap(dataKey: Uint8Array): Promise<Uint8Array>
  /**
   * The data key in what `wrap` gave; undefined for bytes that are none of this service's. Rejects only if it cannot be
   * told now: that is `store_unavailable`.
   */
  unwrap(wrapped: Uint8Array): Promise<Uint8Array | undefined>
}

export function isKeyService(value: unknown): value is KeyService {
  const { id, wrap, unwrap } = Object(value) as Partial<Record<keyof KeyService, unknown>>
  return typeof id === 'string' && typeof wrap === 'function' && typeof unwrap === 'function'
}
