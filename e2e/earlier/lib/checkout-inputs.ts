// In version 1 no order began with anything.

export const checkoutInputs = {}
