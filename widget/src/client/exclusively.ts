/** Runs the work while no other tab of this origin runs work of the same name. */
export type Exclusively = (name: string, work: () => Promise<void>) => Promise<void>;

/** Without locks tabs work side by side; what they send is the same for the service however often it comes. */
export const sideBySide: Exclusively = (_name, work) => work();

/** Web Locks, which pages served over plain http do not have. */
export function withLocks(locks: LockManager | undefined): Exclusively {
  if (!locks) return sideBySide;
  return async (name, work) => {
    await locks.request(name, work);
  };
}
