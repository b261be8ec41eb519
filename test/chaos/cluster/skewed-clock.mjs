/** Loaded before the service by `--import`: its clock is CHAOS_SKEW_MS ahead of the true one, or behind it. */
const skew = Number(process.env['CHAOS_SKEW_MS']);
const now = Date.now.bind(Date);

globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) =>
    Reflect.construct(target, args.length === 0 ? [now() + skew] : args, made),
  apply: (target) => new target(now() + skew).toString(),
  get: (target, key) => (key === 'now' ? () => now() + skew : Reflect.get(target, key)),
});
