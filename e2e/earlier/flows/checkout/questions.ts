// The steps of version 1 that a person fills in, in their order.

export const questionSteps: readonly string[] = ['shipping', 'payment', 'review']
