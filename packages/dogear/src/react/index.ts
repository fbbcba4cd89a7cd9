// Entry `dogear/react`: a session as React state, and the form that moves it.

'use client'

export { FlowForm, type FlowFormProps } from './flow-form.tsx'
export { type FlowHandle, type UseFlowOptions, useFlow } from './use-flow.ts'
