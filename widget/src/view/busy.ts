import { createContext } from 'preact';

/**
 * Nothing can be asked in another way now: an answer is under way, or nobody is signed in. A context, so that only what
 * depends on it is drawn again in a long conversation.
 */
export const Busy = createContext(false);
