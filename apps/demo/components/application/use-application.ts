'use client'
// A step of the application at work.

import type { StepRefusal } from 'dogear/react'
import type { ApplicationView } from '../../flows/application/flow.ts'
import { applicationPages } from '../../flows/application/pages.ts'
import { type DemoStep, type DemoStepProps, useDemoStep } from '../use-demo-step.ts'

export type ApplicationProps = DemoStepProps<ApplicationView>
export type ApplicationStep = DemoStep<ApplicationView>

export function useApplication(props: ApplicationProps, refused: StepRefusal | null = null): ApplicationStep {
  return useDemoStep(applicationPages, props, refused)
}
