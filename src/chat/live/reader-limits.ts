/** Bytes that may wait for a slow reader; beyond them its connection is closed, and it can come back and resume. */
export const MAX_BUFFERED = 1024 * 1024;
/** Runs whose end a connection was shown by a replay, and which nobody shows it again. */
export const REMEMBERED_ENDS = 100;
