// The steps a person filled in in version 1, in their order.

export const askedSteps: readonly string[] = ['shipping', 'payment', 'review']
