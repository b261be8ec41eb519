import { randomUUID } from 'node:crypto';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';

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
