'use client'
// A step of the assistant at work.

import type { Progress } from 'dogear/client'
import type { StepRefusal } from 'dogear/react'
import type { AssistantView } from '../../flows/assistant/flow.ts'
import { assistantPages } from '../../flows/assistant/pages.ts'
import { type DemoStep, type DemoStepProps, useDemoStep } from '../use-demo-step.ts'

/** `initial` is the progress that the server knew when it made the page. */
export type AssistantProps = DemoStepProps<AssistantView> & { initial: Progress }
export type AssistantStep = DemoStep<AssistantView>

export function useAssistant(props: AssistantProps, refused: StepRefusal | null = null): AssistantStep {
  return useDemoStep(assistantPages, props, refused)
}
