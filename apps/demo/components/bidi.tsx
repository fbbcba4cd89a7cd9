// Letters and digits that run from left to right in every language: codes, addresses, numbers.

import type { ReactNode } from 'react'

/** A code or a reference. */
export const Code = ({ children }: { children: ReactNode }) => (
  <bdi className="code" dir="ltr">
    {children}
  </bdi>
)

/** An e-mail address, the address of a page, a number. */
export const Ltr = ({ children }: { children: ReactNode }) => <bdi dir="ltr">{children}</bdi>
