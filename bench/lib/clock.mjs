/** Microseconds of the machine's monotonic clock; the same in every process. */
export function now() {
  return Math.round(Number(process.hrtime.bigint()) / 1000);
}
