/**
 * What one dataset may hold. Every view of it reads it whole and computes in the process that serves sockets too:
 * within these bounds that takes some 50 ms at worst, and the row stays small enough for a plain database column.
 * What is larger belongs to a query that sums it up first.
 */
export const MAX_ROWS = 10_000;
export const MAX_COLUMNS = 64;
/** Characters of one text value. */
export const MAX_TEXT = 2_000;
/** Bytes of all rows as JSON. */
export const MAX_BYTES = 2 * 1024 * 1024;
/** Datasets of one run: far more than an answer shows, and an end to a model that calls tools for ever. */
export const MAX_PER_RUN = 20;

/** Rows of a table in an answer; the rest is a page or a download away. */
export const MAX_TABLE_ROWS = 200;
export const DEFAULT_TABLE_ROWS = 50;
/** Marks of a chart: more cannot be told apart on a screen, and each is an element of the page. */
export const MAX_DRAWN_ROWS = 1_000;
/** Bytes of the rows of one part: events are logged, fanned out and buffered (1 MiB a socket) with it. */
export const MAX_PART_BYTES = 128 * 1024;
/** Characters of one text value in a part; the dataset itself keeps it whole. */
export const MAX_SHOWN_TEXT = 300;

/** Rows of one page over HTTP. */
export const MAX_PAGE_ROWS = 1_000;
export const DEFAULT_PAGE_ROWS = 100;
