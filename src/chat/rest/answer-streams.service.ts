import { Injectable } from '@nestjs/common';
import { AuthService } from '../../auth/auth.service.js';
import type { AuthenticatedPrincipal } from '../../auth/principal.js';
import { EventStream, type StreamedEvent } from '../../common/http/replies.js';
import type { RunPosition } from '../../runs/runs.contract.js';
import { AnswersService, type WatchedEvent } from '../answers.service.js';

/** Answers as server-sent events. A stream ends like a socket: with its reader, his token, or his right to be here. */
@Injectable()
export class AnswerStreams {
  constructor(
    private readonly answers: AnswersService,
    private readonly auth: AuthService,
  ) {}

  /** In: a run of the reader's, and where to begin. The stream's end ends the watching only, never the run. */
  open(
    run: Parameters<AnswersService['watch']>[0],
    reader: { readonly principal: AuthenticatedPrincipal; readonly token: string },
    from: RunPosition,
    headers: Record<string, string> = {},
  ): EventStream {
    const leaving = new AbortController();
    const leave = (): void => leaving.abort();
    const unwatch = this.auth.watch(reader.token, reader.principal, {
      onExpired: leave,
      onRefused: leave,
      onChanged: () => undefined,
    });
    leaving.signal.addEventListener('abort', unwatch, { once: true });
    return new EventStream(encode(this.answers.watch(run, from, leaving.signal)), leave, headers);
  }
}

async function* encode(events: AsyncIterable<WatchedEvent>): AsyncGenerator<StreamedEvent> {
  for await (const event of events) {
    yield { id: `${event.epoch}:${event.seq}`, event: event.event, data: event };
  }
}
