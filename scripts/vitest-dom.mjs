// Removes everything that a DOM test rendered, so that the next one starts with an empty page. A busy machine has the
// same time as in other tests for what one waits for.
import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

configure({ asyncUtilTimeout: 20_000 })
afterEach(cleanup)
