// The machine as a service that Restate calls: every event is an invocation in Restate's journal.

import { serve } from '@restatedev/restate-sdk'
import { xstate } from '@restatedev/xstate'
import { machine } from '../flow.ts'

await serve({ services: [xstate('bench', machine)], port: Number(process.env.PORT) })
