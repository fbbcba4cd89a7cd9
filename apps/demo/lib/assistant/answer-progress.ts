// The progress of an answer, besides its text.

/** The id of the question that the text belongs to. */
export type AnswerProgress = { question: number }
