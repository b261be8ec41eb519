import { Late } from '../../lazy/late.js';

/** What draws messages; loaded when the first one is shown. */
export const lateMessages = new Late(() => import('./messages.js').then(({ messages }) => messages));
