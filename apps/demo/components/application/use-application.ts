'use client'
// A step of the application at work.

import type { ApplicationView } from '../../flows/application/flow.ts'
import { applicationPages } from '../../flows/application/pages.ts'
import { type Step, type StepProblem, type StepProps, useStep } from '../use-step.ts'

export type ApplicationProps = StepProps<ApplicationView>
export type ApplicationStep = Step<ApplicationView>

export function useApplication(
  path: string,
  props: ApplicationProps,
  refused: StepProblem | null = null,
): ApplicationStep {
  return useStep(applicationPages, path, props, refused)
}
