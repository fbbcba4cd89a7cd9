// The hook that Next runs in the browser before anything of a page.

import { config } from 'zod'

// Zod would try whether it may compile its schemas from text, which the policy of the pages forbids and reports.
config({ jitless: true })
