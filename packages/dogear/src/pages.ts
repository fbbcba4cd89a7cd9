// The pages of a flow: where they are, which of them are open.

import type { ViewStep } from './wire.ts'

/** True if the page of a step may be shown: the person is there, or can return to it. */
export const isOpen = ({ state, open }: Pick<ViewStep, 'state' | 'open'>): boolean => state !== 'todo' || open === true

/** The URL of the step at `path` below `base`; for null that of the flow's own page, the place of all other states. */
export const pageUrl = (base: string, path: string | null | undefined): string =>
  path ? `${base}/${path.split('/').map(encodeURIComponent).join('/')}` : base || '/'
