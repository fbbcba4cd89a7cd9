'use client'
// A step of the demo at work: the library's, with the words and times that the frame of the page needs.

import type { View } from 'dogear'
import { type Step, type StepRefusal, type UseStepProps, useStep } from 'dogear/react'
import { useRouter } from 'next/navigation'
import type { FlowPages } from '../lib/flow-pages.ts'

/** `warnMs` says how long before the session ends the person is warned. */
export type DemoStepProps<V extends View> = UseStepProps<V> & { warnMs: number }
export type DemoStep<V extends View = View> = Step<V> & { pages: FlowPages; warnMs: number }

export function useDemoStep<V extends View>(
  pages: FlowPages,
  props: DemoStepProps<V>,
  refused: StepRefusal | null,
): DemoStep<V> {
  return { ...useStep<V>(props, useRouter(), refused), pages, warnMs: props.warnMs }
}
