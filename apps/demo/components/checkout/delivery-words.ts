// The ways of delivery as people know them.

import type { DeliveryMethod } from '../../flows/checkout/cart.ts'

export const deliveryWords: Readonly<Record<DeliveryMethod, { label: string; takes: string }>> = {
  standard: { label: 'Standard', takes: 'three to five working days' },
  express: { label: 'Express', takes: 'the next working day' },
}
