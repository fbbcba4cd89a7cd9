// What a page shows when the visitor's session cannot be had just now.

import { trouble } from '../lib/read-view.ts'
import { Unavailable } from './unavailable.tsx'

export function UnavailablePage() {
  return <Unavailable reference={trouble().reference} />
}
