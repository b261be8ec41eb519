import { Injectable } from '@nestjs/common';
import { tokenExpired } from '../../auth/auth.errors.js';
import { AuthService } from '../../auth/auth.service.js';
import type { AuthenticatedPrincipal, Principal } from '../../auth/principal.js';
import { EventStream, type StreamedEvent } from '../../common/http/replies.js';
import { compositeKey } from '../../common/ids.js';
import { OpenPlaces } from '../../common/open-places.js';
import { SocketConfig } from '../../config/config.js';
import { rateLimited } from '../../usage/rate-limiter.service.js';
import type { RunPosition } from '../../runs/runs.contract.js';
import { AnswersService, type WatchedEvent } from '../answers.service.js';

/** Seconds after which a reader without a place may try again. */
const RETRY_AFTER = 10;

/** Answers as server-sent events. A stream ends like a socket: with its reader, his token, or his right to be here. */
@Injectable()
export class AnswerStreams {
  private readonly places: OpenPlaces;

  constructor(
    private readonly answers: AnswersService,
    private readonly auth: AuthService,
    config: SocketConfig,
  ) {
    this.places = new OpenPlaces(config.maxPerUser);
  }

  /**
   * In: a run of the reader's, and where to begin. The stream's end ends the watching only, never the run.
   * Throws RATE_LIMITED where the reader has MAX_CONNECTIONS_PER_USER streams open already.
   */
  open(
    run: Parameters<AnswersService['watch']>[0],
    reader: { readonly principal: AuthenticatedPrincipal; readonly token: string },
    from: RunPosition,
    headers: Record<string, string> = {},
  ): EventStream {
    const place = this.placeOf(reader.principal);
    const leaving = new AbortController();
    const leave = (): void => leaving.abort();
    const unwatch = this.auth.watch(reader.token, reader.principal, {
      onExpired: leave,
      onRefused: leave,
      onChanged: () => undefined,
    });
    leaving.signal.addEventListener(
      'abort',
      () => {
        place();
        unwatch();
      },
      { once: true },
    );
    return new EventStream(encode(this.answers.watch(run, from, leaving.signal)), leave, headers);
  }

  /**
   * Waits until a run of the reader's ends or needs a person. Out: the event that says so; undefined when `signal`
   * aborts first. Throws the refusal where the reader's token or right to be here ends first.
   */
  async rest(
    run: Parameters<AnswersService['rest']>[0],
    { principal, token }: { readonly principal: AuthenticatedPrincipal; readonly token: string },
    signal: AbortSignal,
  ): Promise<WatchedEvent | undefined> {
    const refused = new AbortController();
    const unwatch = this.auth.watch(token, principal, {
      onExpired: () => refused.abort(tokenExpired()),
      onRefused: (error) => refused.abort(error),
      onChanged: () => undefined,
    });
    try {
      const last = await this.answers.rest(run, AbortSignal.any([signal, refused.signal]));
      refused.signal.throwIfAborted();
      return last;
    } finally {
      unwatch();
    }
  }

  private placeOf({ tenantId, userId }: Principal): () => void {
    const place = this.places.take(compositeKey(tenantId, userId));
    if (place) return place;
    const limit = this.places.limit;
    throw rateLimited(
      `You read ${limit} answers at once, which is the limit. Close one.`,
      limit,
      RETRY_AFTER,
    );
  }
}

async function* encode(events: AsyncIterable<WatchedEvent>): AsyncGenerator<StreamedEvent> {
  for await (const event of events) {
    yield { id: `${event.epoch}:${event.seq}`, event: event.event, data: event };
  }
}
