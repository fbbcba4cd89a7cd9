// The situation a process runs in, as its environment says.

/** True while `next build` looks at routes and prerenders pages, with the environment of production. */
export const isBuilding = (): boolean => process.env.NEXT_PHASE === 'phase-production-build'

/** True under `next dev`, where modules are evaluated again after an edit. */
export const isDevelopment = (): boolean => process.env.NODE_ENV === 'development'

/** True where people's data are at stake: `next build` has that environment, too, and serves nobody. */
export const isProduction = (): boolean => process.env.NODE_ENV === 'production' && !isBuilding()
