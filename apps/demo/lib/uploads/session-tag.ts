// The session that an effect belongs to, as uploads know it.

import { tagOf } from 'dogear'

/** The tag of the session whose effect it is: the id of an effect begins with that of its session. */
export const sessionTagOf = (effectId: string): string => tagOf(effectId.split('.', 1)[0] ?? '')
