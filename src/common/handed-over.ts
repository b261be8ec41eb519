/**
 * The reason with which a signal aborts where the work is not unwanted but another node goes on with it: whoever
 * sees it stops reading and leaves what works elsewhere alone.
 */
export class HandedOver extends DOMException {
  constructor() {
    super('Another node goes on with this', 'AbortError');
  }
}

/** True where another node goes on with the work of a signal. */
export function isHandedOver(signal: AbortSignal): boolean {
  return signal.reason instanceof HandedOver;
}
