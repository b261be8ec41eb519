import { AGAIN } from '../icons.js';

/** Icons of what is done with messages; see `Line`. */
export const DEED_ICONS = {
  copy: 'M9 9h10v10H9zM15 9V5H5v10h4',
  done: 'M5 12.5l4.5 4.5L19 7.5',
  edit: 'M5 19l1-4L16.5 4.5l3 3L9 18zM14 7l3 3',
  good: 'M7 11v8H4.5v-8zM7 11l4-7c1.5 0 2.5 1 2.2 2.6L12.6 10H18a2 2 0 0 1 2 2.4l-1.1 5A2 2 0 0 1 17 19H7',
  bad: 'M7 13V5H4.5v8zM7 13l4 7c1.5 0 2.5-1 2.2-2.6L12.6 14H18a2 2 0 0 0 2-2.4l-1.1-5A2 2 0 0 0 17 5H7',
  before: 'M14.5 6l-6 6 6 6',
  after: 'M9.5 6l6 6-6 6',
  again: AGAIN,
} as const;

export type DeedIcon = keyof typeof DEED_ICONS;
