// Values that outlive Next's reloads in development, which evaluate modules again.

/**
 * The value created under `name` the first time, in this process, by any copy of the calling module.
 *
 * For connections and engines in a composition root. A promise that rejects is forgotten, so that the next call tries
 * again.
 */
export function singleton<T>(name: string, create: () => T): T {
  const key = Symbol.for(`dogear.singleton.${name}`)
  const home = globalThis as { [key: symbol]: unknown }
  if (!(key in home)) {
    const value = create()
    home[key] = value
    if (value instanceof Promise) value.catch(() => delete home[key])
  }
  return home[key] as T
}
