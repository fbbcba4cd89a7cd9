// The page for a visitor whose session cannot be read just now.

import { trouble } from '../lib/read-view.ts'
import { Unavailable } from './unavailable.tsx'

export function UnavailablePage() {
  return <Unavailable reference={trouble().reference} />
}
