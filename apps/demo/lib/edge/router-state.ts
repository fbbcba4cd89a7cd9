// The header in which Next's own pages say what they show. Next answers one that it cannot read as if it had failed.

import { z } from 'zod'

const paramTypes = [
  'c',
  'ci(..)(..)',
  'ci(.)',
  'ci(..)',
  'ci(...)',
  'oc',
  'd',
  'di(..)(..)',
  'di(.)',
  'di(..)',
  'di(...)',
]
const segment = z.union([
  z.string(),
  z.tuple([z.string(), z.string(), z.enum(paramTypes), z.array(z.string()).nullable()]),
])
const tree: z.ZodType = z.tuple([
  segment,
  z.record(
    z.string(),
    z.lazy(() => tree),
  ),
  z.tuple([z.string(), z.string()]).nullish(),
  z.enum(['refetch', 'inside-shared-layout', 'metadata-only']).nullish(),
  z.number().nullish(),
  z.string().optional(),
])

/** True for the value that a page of Next sends, in percent-encoding. */
export function isRouterState(header: string): boolean {
  try {
    return tree.safeParse(JSON.parse(decodeURIComponent(header))).success
  } catch {
    return false
  }
}
