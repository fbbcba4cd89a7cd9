// The steps of the checkout a person fills in, in their order.

export const questionSteps: readonly string[] = ['shipping', 'delivery', 'payment', 'review']
