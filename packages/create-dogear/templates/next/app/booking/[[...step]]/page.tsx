import { readStep, type StepRoute } from 'dogear/next'
import { booking } from '../../../flows/booking'
import { http } from '../../../lib/server'
import { Booking } from './booking'

export default async function Page(route: StepRoute) {
  const props = await readStep(http, booking, route)
  return <Booking key={props.path} {...props} />
}
