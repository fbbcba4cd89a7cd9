// Entry `dogear/react`: a session as React state, forms that send its events.

'use client'

export { FlowForm, type FlowFormProps, type FlowFormState } from './flow-form.tsx'
export type { Conflict } from './form-drafts.ts'
export type { FieldConflict } from './form-state.ts'
export type { FieldValue } from './form-values.ts'
export { type Busy, useBusy } from './use-busy.ts'
export { type Expiry, type UseExpiryOptions, useExpiry } from './use-expiry.ts'
export { type FlowHandle, type UseFlowOptions, useFlow } from './use-flow.ts'
export { useOnline } from './use-online.ts'
