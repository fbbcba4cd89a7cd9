'use client'
import { useRouter } from 'next/navigation'
import { BookingPage, type BookingProps } from '../../../components/booking-page'

export function Booking(props: BookingProps) {
  return <BookingPage {...props} router={useRouter()} />
}
