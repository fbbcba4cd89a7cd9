import { Notice } from '../components/notice'

export default function NotFound() {
  return (
    <Notice title="There is no page at this address">
      <a href="/booking">Go to your booking</a>
    </Notice>
  )
}
