import { randomUUID } from 'node:crypto';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';

describe('the REST API', () => {
  let app: RunningApp;
  const client = (who = {}): Client => new Client(app.url, who);

  beforeAll(async () => {
    app = await startApp({ ...AUTH_ENV, MAX_MESSAGE_LENGTH: '200' });
  });
  afterAll(() => app.close());

  describe('refuses with a sentence that helps', () => {
    const long = 'x'.repeat(201);
    it.each<[string, unknown, number, string, RegExp]>([
      ['no message', {}, 400, 'VALIDATION_FAILED', /message/],
      ['an empty message', { message: '' }, 400, 'VALIDATION_FAILED', /message: must not be empty/],
      ['blanks', { message: ' \n\t ' }, 400, 'VALIDATION_FAILED', /must not be empty/],
      ['a message too long', { message: long }, 400, 'CHAT_MESSAGE_TOO_LONG', /201 characters; at most 200/],
      ['an unknown field', { message: 'x', tenant_id: 'other' }, 400, 'VALIDATION_FAILED', /tenant_id/],
      [
        '__proto__',
        '{"message":"x","__proto__":{"role":"super_admin"}}',
        400,
        'VALIDATION_FAILED',
        /__proto__/,
      ],
      ['constructor', '{"message":"x","constructor":{}}', 400, 'VALIDATION_FAILED', /constructor/],
      [
        '__proto__ deep inside',
        '{"message":"x","context":{"a":[{"b":{"__proto__":1}}]}}',
        400,
        'VALIDATION_FAILED',
        /context\.a\.0\.b\.__proto__/,
      ],
      [
        'NUL in the context',
        { message: 'x', context: { a: ['\u0000'] } },
        400,
        'VALIDATION_FAILED',
        /valid text/,
      ],
      ['NUL in a key', { message: 'x', context: { 'a\u0000': 1 } }, 400, 'VALIDATION_FAILED', /valid text/],
      [
        'half a pair in the context',
        '{"message":"x","context":{"a":"\\ud800"}}',
        400,
        'VALIDATION_FAILED',
        /valid text/,
      ],
      ['a number for a message', { message: 7 }, 400, 'VALIDATION_FAILED', /message/],
      ['an array', [], 400, 'VALIDATION_FAILED', /expected object/],
      ['malformed JSON', '{"message": ', 400, 'MALFORMED_JSON', /quotes, commas and brackets/],
      ['a bad session id', { message: 'x', session_id: '../etc' }, 400, 'VALIDATION_FAILED', /session_id/],
      [
        'an operator for an id',
        { message: 'x', session_id: { $gt: '' } },
        400,
        'VALIDATION_FAILED',
        /session_id/,
      ],
      ['NUL in text', { message: 'a\u0000b' }, 400, 'VALIDATION_FAILED', /Unicode/],
      ['half a surrogate pair', '{"message":"\\ud800"}', 400, 'VALIDATION_FAILED', /Unicode/],
      [
        '5,000 levels',
        `{"message":"x","context":${'['.repeat(5000)}${']'.repeat(5000)}}`,
        400,
        'VALIDATION_FAILED',
        /deep/,
      ],
      [
        'an unknown agent',
        { message: 'x', agent_name: 'root' },
        403,
        'AGENT_NOT_PERMITTED',
        /campaign_optimizer/,
      ],
      ['files', { message: 'x', file_attachments: [randomUUID()] }, 400, 'CHAT_FILES_UNSUPPORTED', /files/],
      ['300 KB', { message: 'x'.repeat(300_000) }, 413, 'PAYLOAD_TOO_LARGE', /256 KiB/],
    ])('%s', async (_name, body, status, code, detail) => {
      const answer = await client().call('POST', '/chat/message', body);
      expect(answer.body).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body.request_id).toBe(answer.headers.get('x-request-id'));
    });

    it('but takes a context that only looks dangerous, and keeps all of it', async () => {
      const context = {
        path: 'C:\\u0000\\ud83d',
        emoji: '\ud83d\ude00',
        constructor: 'Acme',
        prototype: { a: 1 },
      };
      const ann = client();
      expect((await ann.send('x', { session_id: 's', context })).status).toBe(200);
      expect((await ann.get('/chat/history/s')).body.session.context).toEqual(context);
    });

    it('__proto__ in a query, an event and a frame, and 20,000 levels in an event', async () => {
      const ann = client();
      expect(await ann.get('/chat/sessions?__proto__=x')).toMatchObject({ status: 400 });
      const socket = await ann.socket();
      const proto = JSON.parse('{"session_id":"s","__proto__":{}}');
      const refused = { code: 'VALIDATION_FAILED', detail: expect.stringContaining('__proto__') };
      expect(await socket.ask('session:join', proto)).toMatchObject({ ok: false, error: refused });
      const { engine } = socket.socket.io;
      const acks: string[] = [];
      engine.on('data', (packet) => acks.push(String(packet)));
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      engine.write(`2999["message:send",{"content":"x","client_message_id":"m","context":{"deep":${deep}}}]`);
      const ack = await eventually(() => acks.find((packet) => packet.startsWith('3999')));
      expect(JSON.parse(ack.slice(4))).toMatchObject([{ ok: false, error: { code: 'VALIDATION_FAILED' } }]);
      socket.close();
      const raw = await ann.raw('s');
      raw.send('{"type":"ping","__proto__":{}}');
      expect((await raw.frame(({ type }) => type === 'error')).metadata).toMatchObject(refused);
      raw.close();
    });

    it('an expired token', async () => {
      const answer = await client({ expiresIn: -60 }).send('x');
      expect(answer).toMatchObject({ status: 401, body: { code: 'AUTH_TOKEN_EXPIRED' } });
    });

    it('a body that is no JSON', async () => {
      const answer = await client().call('POST', '/chat/message', 'message=x', {
        'Content-Type': 'text/plain',
      });
      expect(answer).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    });

    it('an unknown address', async () => {
      expect(await client().get('/chat/nothing')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    });

    it.each([
      'q=a%00',
      `cursor=${Buffer.from('["2024-02-31 00:00:00+00","a"]').toString('base64url')}`,
      `cursor=${Buffer.from('["2024-01-01 00:00:00+00","\\u0000"]').toString('base64url')}`,
    ])('sessions?%s', async (query) => {
      expect(await client().get(`/chat/sessions?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    });

    it.each(['limit=0', 'limit=1000000000', 'limit=1.5', 'before=-1', 'before=abc', 'x=1'])(
      '%s',
      async (query) => {
        const ann = client();
        await ann.send('x', { session_id: 's' });
        expect(await ann.get(`/chat/history/s?${query}`)).toMatchObject({
          status: 400,
          body: { code: 'VALIDATION_FAILED' },
        });
      },
    );
  });
});
