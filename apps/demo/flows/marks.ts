// The marks of answers: views, drafts and what a log may say go by them, wherever an answer turns up.

/** Of an answer that tells of a person. */
export const pii = { pii: true }

/** Of an answer that no browser is sent again, and no draft keeps. */
export const secret = { secret: true }
