// Entry `dogear/react`: a session as React state, forms that send its events.

'use client'

export type { StepProps, StepWords } from '../wire.ts'
export { FlowForm, type FlowFormProps, type FlowFormState } from './flow-form.tsx'
export type { Conflict } from './form-drafts.ts'
export type { FieldConflict } from './form-state.ts'
export type { FieldValue } from './form-values.ts'
export { RestartForm, type RestartFormProps } from './restart-form.tsx'
export { errorsByField } from './step-errors.ts'
export { type Busy, useBusy } from './use-busy.ts'
export { type Expiry, type Timed, type UseExpiryOptions, useExpiry } from './use-expiry.ts'
export { type FlowHandle, type FollowsProgress, type UseFlowOptions, useFlow } from './use-flow.ts'
export { useOnline } from './use-online.ts'
export {
  type FocusProps,
  type Router,
  type Step,
  type StepRefusal,
  type StepReply,
  type UseStepProps,
  useStep,
} from './use-step.ts'
export { withProgress } from './with-progress.ts'
