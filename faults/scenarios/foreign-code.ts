// Schemas, guards, assigns, views, delays, the driver, `identify`, `onEmit`, `onError`: each fails now and then.

import type { Finding } from '../report.ts'
import { crowd, type Size } from './crowd.ts'

const key = 'kuhLoC9Xj6T0BsxH7b_2W1vNzQe5RgDyPmA4fJ8iYtU'

/** Unhandled rejections end a process, and a process that ends by itself ends the run. */
export function foreignCode(options: Size): Promise<Finding> {
  return crowd({
    fault: 'code of others fails',
    ...options,
    settingsOf: (index) => ({ ASTRAY: 0.03, ASTRAY_SEED: options.seed * 10 + index, KEY: key }),
    async disturb({ fleet, over }) {
      await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }))
      return fleet.faults()
    },
  })
}
