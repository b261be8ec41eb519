import { Injectable, Logger } from '@nestjs/common';
import { BoundedSet } from '../../common/bounded-set.js';
import { isFinal, type RunPosition } from '../../runs/runs.contract.js';
import { AnswersService } from '../answers.service.js';
import type { AnswerEvent } from '../events.contract.js';
import { REMEMBERED_ENDS } from '../live/reader-limits.js';
import { closeIfTooSlow } from './slow-reader.js';
import { type ChatSocket, replayRoom } from './socket-rooms.js';

/**
 * Replays: one socket follows one run by itself, and the room's broadcast of that run leaves it out meanwhile, and
 * for good once the replay has shown the end.
 */
@Injectable()
export class SocketReplay {
  private readonly logger = new Logger('socket.io');
  private readonly current = new WeakMap<ChatSocket, Map<string, AbortController>>();
  private readonly ended = new WeakMap<ChatSocket, BoundedSet<string>>();

  constructor(private readonly answers: AnswersService) {}

  /** Begins a replay from a position; one of the same run that is under way ends. */
  async begin(
    socket: ChatSocket,
    run: Parameters<AnswersService['watch']>[0],
    from: RunPosition,
  ): Promise<void> {
    const replays = this.current.get(socket) ?? new Map<string, AbortController>();
    this.current.set(socket, replays);
    replays.get(run.runId)?.abort();
    const leaving = new AbortController();
    replays.set(run.runId, leaving);
    await socket.join(replayRoom(run.runId));
    if (socket.disconnected) return;
    const gone = (): void => leaving.abort();
    socket.once('disconnect', gone);
    void this.replay(socket, run, from, leaving.signal)
      .catch((error: unknown) => {
        this.logger.warn({ err: error, run_id: run.runId }, 'a replay failed');
        socket.disconnect(true);
        return false;
      })
      .then((ended) => {
        socket.off('disconnect', gone);
        if (replays.get(run.runId) !== leaving) return;
        replays.delete(run.runId);
        if (ended) this.remember(socket, run.runId);
        else void socket.leave(replayRoom(run.runId));
      });
  }

  private remember(socket: ChatSocket, runId: string): void {
    const ended = this.ended.get(socket) ?? new BoundedSet<string>(REMEMBERED_ENDS);
    this.ended.set(socket, ended);
    const forgotten = ended.add(runId);
    if (forgotten !== undefined) void socket.leave(replayRoom(forgotten));
  }

  /** Out: whether the socket was shown the end. */

  private async replay(
    socket: ChatSocket,
    run: Parameters<AnswersService['watch']>[0],
    from: RunPosition,
    signal: AbortSignal,
  ): Promise<boolean> {
    for await (const event of this.answers.watch(run, from, signal)) {
      if (signal.aborted || closeIfTooSlow(socket)) return false;
      socket.emit('answer', event as AnswerEvent);
      if (isFinal(event)) return true;
    }
    return false;
  }
}
