// The script of the page. Every step is a document of its own, so that the browser does all navigation.
import { hydrateRoot } from 'react-dom/client'
import { BookingPage } from '../components/booking-page'
import '../components/style.css'

const router = { push: (url: string) => location.assign(url), replace: (url: string) => location.replace(url) }
const page = document.getElementById('page')
if (page) hydrateRoot(page, <BookingPage {...JSON.parse(page.dataset.props ?? '')} router={router} />)
