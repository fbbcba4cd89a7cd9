// One wrapper for stores: every request to a store is made through a function of the caller's.

import type { Directory, Store } from './store.ts'

/** The members of the port that answer one request; those of the directory go by their own names. */
export type RequestName = keyof Directory | Exclude<keyof Store, 'name' | 'durability' | 'directory' | Bypassing>

type Bypassing = 'scan' | 'watch' | 'diagnose'

/** Answers a call of the member `name` with `args`. `request` makes that call; it need not be used. */
export type Run = <T>(request: () => Promise<T>, name: RequestName, args: readonly unknown[]) => Promise<T>

/**
 * `store` with every request made through `run`. Wrappers use this instead of listing the members of the port again.
 *
 * `scan`, `watch` and `diagnose` bypass `run`, as no visitor waits for them: a scan may take long, a watch never ends
 * by itself, and a diagnosis reports trouble as a failed check.
 */
export function around(store: Store, run: Run): Store {
  const { name, directory, durability, reschedule, claimDirty, settle, lifeOf, lag, watch, diagnose } = store
  const { addProgress, progressOf, tracesOf } = store
  return {
    name,
    read: (...args) => run(() => store.read(...args), 'read', args),
    commit: (...args) => run(() => store.commit(...args), 'commit', args),
    remove: (...args) => run(() => store.remove(...args), 'remove', args),
    claimDue: (...args) => run(() => store.claimDue(...args), 'claimDue', args),
    defer: (...args) => run(() => store.defer(...args), 'defer', args),
    hold: (...args) => run(() => store.hold(...args), 'hold', args),
    now: () => run(() => store.now(), 'now', []),
    directory: {
      add: (...args) => run(() => directory.add(...args), 'add', args),
      list: (...args) => run(() => directory.list(...args), 'list', args),
      drop: (...args) => run(() => directory.drop(...args), 'drop', args),
      putCode: (...args) => run(() => directory.putCode(...args), 'putCode', args),
      tryCode: (...args) => run(() => directory.tryCode(...args), 'tryCode', args),
      dropCode: (...args) => run(() => directory.dropCode(...args), 'dropCode', args),
    },
    ...(reschedule && { reschedule: (...args) => run(() => reschedule.apply(store, args), 'reschedule', args) }),
    ...(addProgress && { addProgress: (...args) => run(() => addProgress.apply(store, args), 'addProgress', args) }),
    ...(progressOf && { progressOf: (...args) => run(() => progressOf.apply(store, args), 'progressOf', args) }),
    ...(claimDirty && { claimDirty: (...args) => run(() => claimDirty.apply(store, args), 'claimDirty', args) }),
    ...(settle && { settle: (...args) => run(() => settle.apply(store, args), 'settle', args) }),
    ...(lifeOf && { lifeOf: (...args) => run(() => lifeOf.apply(store, args), 'lifeOf', args) }),
    ...(tracesOf && { tracesOf: (...args) => run(() => tracesOf.apply(store, args), 'tracesOf', args) }),
    ...(lag && { lag: () => run(() => lag.call(store), 'lag', []) }),
    scan: (...args) => store.scan(...args),
    ...(durability && { durability }),
    ...(watch && { watch: watch.bind(store) }),
    ...(diagnose && { diagnose: diagnose.bind(store) }),
  }
}
