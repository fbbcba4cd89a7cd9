// The place in the docs that says what to do about a check of the doctor that is not ok.

import { docsUrl } from '../errors.ts'
import type { Check } from '../store/store.ts'

const page = `${docsUrl}/operations.md`

/** The URL of the page, with the place on it; a check of the archive means what it means of a store. */
export const guideTo = ({ name }: Pick<Check, 'name'>): string => `${page}#alarm-${name.replace(/^archive /, '')}`
