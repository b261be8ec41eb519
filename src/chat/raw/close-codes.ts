/** Codes of RFC 6455, section 7.4, and of its registry, with which raw WebSockets are closed. */
export const CLOSE_GOING_AWAY = 1001;
export const CLOSE_POLICY = 1008;
export const CLOSE_TRY_AGAIN = 1013;
