import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask, buildModel, type BuiltModel, collect } from '../../test/support/llm-lines.js';

const never = new AbortController().signal;

describe('the end of a streamed answer', () => {
  let server: Server;
  let reply: string;
  let built: BuiltModel;

  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(reply);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    built = buildModel({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, LLM_TIMEOUT: '20' });
  });
  afterEach(async () => {
    built.transport.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('is seen at [DONE] where the server keeps the body open', async () => {
    reply = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: [DONE]\n\n';
    const started = Date.now();
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer).toMatchObject({
      text: 'a',
      error: undefined,
      end: { inputTokens: null, finishReason: null },
    });
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('is seen soon after the finish reason where nothing else comes', async () => {
    reply = 'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"length"}]}\n\n';
    const started = Date.now();
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer).toMatchObject({ text: 'a', error: undefined, end: { finishReason: 'length' } });
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it('takes the text of a refusal, and no reasoning', async () => {
    reply =
      'data: {"choices":[{"delta":{"reasoning_content":"hidden"}}]}\n\n' +
      'data: {"choices":[{"delta":{"refusal":"I cannot."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe('I cannot.');
  });
});
