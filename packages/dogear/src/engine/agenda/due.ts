// A run over the agenda, as its caller sees it: types only.

export type RunDueOptions = {
  /** The most sessions to wake (1,000). */
  limit?: number
  /** How long the run may take, in milliseconds (10,000); 0 does nothing. Up to a second goes by giving claims back. */
  budgetMs?: number
}

/** The result of a run. `more`: it stopped at its limit or its budget, and the next one goes on. */
export type RunDueCounts = {
  /** Sessions that were woken: their timers have fired, their abandoned effects were begun again. */
  woken: number
  /** Sessions that could not be served; `onError` was told why. */
  failed: number
  /** Sessions of the backlog that the archive has been given. */
  archived: number
  /** Effects under way in this process at the end. */
  underWay: number
  more: boolean
}

export interface RunningDue {
  /**
   * For a cron route, or after an answer, where no process stays up: does what a worker does, once. It fires what is
   * due, takes over abandoned effects, writes the backlog, and waits for the effects under way in this process.
   *
   * Any number of runs at the same time share the work as workers do. At the end of the budget, claims are given back.
   * An effect still under way keeps its lease as long as the process renews it; in one that is frozen or ends, it is
   * taken over within `leaseMs`, as the next attempt. During `next build` it does nothing and reports so.
   *
   * Rejects with `store_unavailable` if the store did not even say what is due, with `TypeError` for options that
   * cannot work.
   */
  runDue(options?: RunDueOptions): Promise<RunDueCounts>
}
