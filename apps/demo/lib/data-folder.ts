// The folder for data that must survive a restart.

import { resolve } from 'node:path'

export function dataFolder(): string {
  return resolve(/* turbopackIgnore: true */ process.env.DOGEAR_DATA ?? '../../.dogear')
}
