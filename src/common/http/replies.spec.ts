import { EventEmitter } from 'node:events';
import type { CallHandler, ExecutionContext, StreamableFile } from '@nestjs/common';
import { firstValueFrom, of } from 'rxjs';
import { Download, RepliesInterceptor } from './replies.js';

class FakeResponse extends EventEmitter {
  destroyed = false;
  stalled: { after: number; cut: () => void } | undefined;
  setTimeout(after: number, cut: () => void): void {
    this.stalled = { after, cut };
  }
  destroy(): void {
    this.destroyed = true;
  }
}

function reply(result: unknown): { response: FakeResponse; sent: Promise<StreamableFile> } {
  const response = new FakeResponse();
  const context = { getType: () => 'http', switchToHttp: () => ({ getResponse: () => response }) };
  const next: CallHandler = { handle: () => of(result) };
  const answer = new RepliesInterceptor().intercept(context as unknown as ExecutionContext, next);
  return { response, sent: firstValueFrom(answer) as Promise<StreamableFile> };
}

describe('a download', () => {
  it('is no longer made when its reader has left', async () => {
    let made = 0;
    let ended = false;
    async function* content(): AsyncGenerator<string> {
      try {
        for (;;) yield `piece ${(made += 1)}`;
      } finally {
        ended = true;
      }
    }
    const { response, sent } = reply(new Download(content(), 'text/plain', 'a.txt'));
    const stream = (await sent).getStream();
    await new Promise((resolve) => stream.once('data', resolve));
    response.emit('close');
    await new Promise((resolve) => stream.once('close', resolve));
    expect([ended, made < 10]).toEqual([true, true]);
  });

  it('is cut off where its reader takes nothing for half a minute', async () => {
    async function* content(): AsyncGenerator<string> {
      yield 'x';
    }
    const { response, sent } = reply(new Download(content(), 'text/plain', 'a.txt'));
    await sent;
    expect(response.stalled?.after).toBe(30_000);
    response.stalled?.cut();
    expect(response.destroyed).toBe(true);
  });

  it('that fails cuts the connection and says nothing', async () => {
    async function* content(): AsyncGenerator<string> {
      yield 'x';
    }
    const { response, sent } = reply(new Download(content(), 'text/plain', 'a.txt'));
    (await sent).errorHandler(new Error('relation "secret" does not exist'), response as never);
    expect(response.destroyed).toBe(true);
  });
});
