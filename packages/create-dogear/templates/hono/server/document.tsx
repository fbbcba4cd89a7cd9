// The pages as HTML. They work as they are; the script of a step makes it quicker, and saves what is typed.
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { BookingPage, type BookingProps } from '../components/booking-page'
import { Notice } from '../components/notice'

export function document(props: BookingProps): string {
  return toHtml(
    <div id="page" data-props={JSON.stringify(props)}>
      <BookingPage {...props} router={{ push() {}, replace() {} }} />
    </div>,
    <script type="module" src="/assets/main.js" />,
  )
}

/** The page in place of one that failed. Nothing that was saved is lost with it. */
export const failed = (): string =>
  toHtml(
    <Notice title="This page cannot be shown just now">
      <p>That is our fault. What you have entered is kept.</p>
      <a href="/booking">Try again</a>
    </Notice>,
  )

export const notFound = (): string =>
  toHtml(
    <Notice title="There is no page at this address">
      <a href="/booking">Go to your booking</a>
    </Notice>,
  )

function toHtml(page: ReactNode, script?: ReactNode): string {
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="/icon.svg" />
        <link rel="stylesheet" href="/assets/main.css" />
        {script}
      </head>
      <body>{page}</body>
    </html>,
  )
  return `<!doctype html>${html}`
}
