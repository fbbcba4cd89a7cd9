// A contender as a process: it plays whole conversations, then finds its way back into them, when it is told to.

export type Order = { play: number } | { resume: true }
export type Played = { played: number }
/** The milliseconds of each conversation. */
export type Resumed = { ms: number[] }

export type Player = {
  /** Plays one conversation to its end; resolves with what finds it again. */
  play(): Promise<string>
  /** Reads where a conversation is, from the store; resolves with the last answer. */
  resume(id: string): Promise<string | undefined>
}

/** Carries out the orders that come from the bench. Each resumption is timed alone, and its answer is compared. */
export function servePlayer({ play, resume }: Player, lastAnswer: string): void {
  const ids: string[] = []
  async function carryOut(order: Order): Promise<Played | Resumed> {
    if ('play' in order) {
      for (let nth = 0; nth < order.play; nth++) ids.push(await play())
      return { played: ids.length }
    }
    const ms: number[] = []
    for (const id of ids) {
      const began = performance.now()
      const answer = await resume(id)
      ms.push(performance.now() - began)
      if (answer !== lastAnswer) throw new Error(`A conversation came back with "${answer}".`)
    }
    return { ms }
  }
  process.on('message', (order: Order | 'stop') => {
    if (order === 'stop') return
    carryOut(order).then(
      (done) => process.send?.(done),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  process.send?.('ready')
}
