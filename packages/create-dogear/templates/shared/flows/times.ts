// The times of the workshop, for the flow and its pages.
export const times = ['morning', 'afternoon', 'evening'] as const
export type Time = (typeof times)[number]
