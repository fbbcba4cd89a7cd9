// A route handler that does nothing: the time that Next itself takes.

export const POST = (): Response => Response.json({})
