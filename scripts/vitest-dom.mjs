// Removes everything that a DOM test rendered, so that the next one starts with an empty page.
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)
