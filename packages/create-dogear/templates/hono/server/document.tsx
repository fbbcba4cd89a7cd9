// The page as HTML. It works as it is; the script in it makes it quicker, and saves what is typed.
import { renderToString } from 'react-dom/server'
import { BookingPage, type BookingProps } from '../components/booking-page'

export function document(props: BookingProps): string {
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="/icon.svg" />
        <link rel="stylesheet" href="/assets/main.css" />
        <script type="module" src="/assets/main.js" />
      </head>
      <body>
        <div id="page" data-props={JSON.stringify(props)}>
          <BookingPage {...props} router={{ push() {}, replace() {} }} />
        </div>
      </body>
    </html>,
  )
  return `<!doctype html>${html}`
}
