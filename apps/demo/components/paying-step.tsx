'use client'
// While the card is charged: nothing to do, safe to leave.

import { useEffect } from 'react'
import { StepPage } from './step-page.tsx'
import { type StepProps, useStep } from './use-step.ts'

const pollMs = 1500

export function PayingStep(props: StepProps) {
  const step = useStep('paying', props)
  const { refresh } = step.flow
  useEffect(() => {
    const timer = setInterval(refresh, pollMs)
    return () => clearInterval(timer)
  }, [refresh])

  return (
    <StepPage path="paying" title="We are confirming your payment" now={props.now} step={step}>
      <noscript>
        <meta httpEquiv="refresh" content="2" />
      </noscript>
      <p className="lede" role="status">
        This takes a few seconds. The page moves on by itself.
      </p>
      <p>
        You can safely close it or come back later: your card is charged at most once, whatever happens to this page,
        and the result will be here.
      </p>
    </StepPage>
  )
}
