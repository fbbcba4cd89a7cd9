// In version 1 no flow began with anything.

export const inputs = {}
