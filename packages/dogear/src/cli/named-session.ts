// The session a command is about, by its id, its cookie or the reference of an error.

import type { Engine } from '../engine/engine.ts'
import type { Argument, Context } from './command.ts'
import { createProgress } from './progress.ts'
import { findByReference, isReference, toSessionName } from './session-id.ts'

export const sessionArgument: Argument = {
  name: 'session',
  text: 'its id, the reference on an error page, or the whole value of its cookie, which is hashed here, not printed',
  refusal: 'this is no session id (43 characters), no reference (10 characters) and no cookie value',
  parse: toSessionName,
}

/** The id of the session in the first argument; the reference itself if there is none of it. */
export async function sessionNamed(
  engine: Engine,
  { out, terminal, given: [name = ''] }: Pick<Context, 'out' | 'terminal' | 'given'>,
): Promise<string> {
  if (!isReference(name)) return name
  const bar = createProgress('looking', out, { terminal })
  const found = await findByReference(engine, name, (done) => bar.at(done, `looking for ${name}`))
  bar.end(found === undefined ? 'not found' : 'found')
  return found ?? name
}
