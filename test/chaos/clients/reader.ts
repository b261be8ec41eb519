import type { GotEvent, Place } from '../record/entries.js';

const FINAL = /^run\.(completed|failed|cancelled|interrupted)$/;
const ENDED = new Set(['completed', 'failed', 'cancelled', 'interrupted']);

export type Verdict = 'show' | 'repeat' | 'gap';

/** True for the event that ends a run. */
export function isFinal(event: string): boolean {
  return FINAL.test(event);
}

/** True where nothing lies between `place` and `event`. */
export function isNext(event: Place, place: Place): boolean {
  return event.epoch === place.epoch
    ? event.seq === place.seq + 1
    : event.epoch > place.epoch && event.seq === 1;
}

/** Makes exactly-once out of at-least-once: what a client library does with the events of one run. */
export class Reader {
  position: Place = { epoch: 0, seq: 0 };
  /** What is shown of the answer. */
  text = '';
  /** The event that ended the run. */
  final: GotEvent | undefined;

  /** Takes an event if it is the next one; `gap` means that the rest has to be asked for. */
  take(got: GotEvent): Verdict {
    if (got.event === 'resync') {
      this.position = { epoch: got.epoch, seq: got.seq };
      this.text = got.message?.content ?? '';
      if (ENDED.has(got.message?.state ?? '')) this.final = got;
      return 'show';
    }
    if (!isNext(got, this.position)) {
      const { epoch, seq } = this.position;
      return got.epoch < epoch || (got.epoch === epoch && got.seq <= seq) ? 'repeat' : 'gap';
    }
    if (got.epoch !== this.position.epoch) this.text = '';
    this.position = { epoch: got.epoch, seq: got.seq };
    if (got.event === 'text.delta') this.text += got.text ?? '';
    if (isFinal(got.event)) this.final = got;
    return 'show';
  }
}
