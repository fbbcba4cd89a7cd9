// A value of code that may be edited under `next dev`: one per process, made by the newest code.

import { isDevelopment } from '../environment.ts'
import { singleton } from './singleton.ts'

type Home<T> = { current: T | undefined }

/**
 * The value created under `name`, for engines and what is built on them: all copies that Next makes of the calling
 * module share it, as with `singleton`.
 *
 * Under `next dev` the module is evaluated again after an edit. Then a new value takes the place of the one before,
 * also for code that holds that one, such as a worker; `close` is given the old one. So an edited flow is used at the
 * next request. A connection should outlive the edits: give it to `singleton`.
 */
export function reloadable<T extends object>(
  name: string,
  create: () => T,
  close: (old: T) => unknown = () => {},
  development: boolean = isDevelopment(),
): T {
  if (!development) return singleton(`reloadable.${name}`, create)
  const home = singleton<Home<T>>(`reloadable.${name}`, () => ({ current: undefined }))
  const old = home.current
  home.current = create()
  if (old) void Promise.resolve(close(old)).catch(() => {})
  // A holder of this one is led to the newest value.
  return new Proxy(home.current, {
    get: (_, property) => {
      const current = home.current as T
      return Reflect.get(current, property, current)
    },
  })
}
