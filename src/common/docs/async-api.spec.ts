import { z } from 'zod';
import { buildAsyncApi, type SocketChannel } from './async-api.js';

const Answer = z.object({ event: z.string(), seq: z.int() }).meta({ id: 'Answer' });
const CHANNELS: readonly SocketChannel[] = [
  {
    name: 'chat',
    address: '/chat/socket.io',
    protocol: 'socketio',
    receives: [
      {
        name: 'message:send',
        summary: 'Sends a message.',
        schema: z.strictObject({ content: z.string().max(10) }).meta({ id: 'MessageSend' }),
        ack: z.object({ ok: z.literal(true), run_id: z.string() }),
        example: { content: 'hello' },
      },
    ],
    sends: [{ name: 'answer', summary: 'Part of an answer.', schema: Answer }],
  },
  {
    name: 'frames',
    address: '/chat/ws/{session_id}',
    protocol: 'ws',
    receives: [{ name: 'ping', summary: 'Asks for a pong.', schema: z.object({ type: z.literal('ping') }) }],
    sends: [
      {
        name: 'pong',
        summary: 'Answers a ping.',
        schema: z.object({ type: z.literal('pong'), last: Answer }),
      },
    ],
  },
];

const reference = z.strictObject({ $ref: z.string().startsWith('#/') });
const key = z.string().regex(/^[A-Za-z0-9._-]+$/);
/** The structure of AsyncAPI 3.0 as far as this document uses it: an unknown field fails. */
const AsyncApi3 = z.strictObject({
  asyncapi: z.literal('3.0.0'),
  info: z.strictObject({
    title: z.string().min(1),
    version: z.string().min(1),
    description: z.string().optional(),
  }),
  defaultContentType: z.literal('application/json'),
  servers: z.record(
    key,
    z.strictObject({
      host: z.string(),
      protocol: z.string(),
      variables: z.record(key, z.strictObject({ default: z.string(), description: z.string() })),
      security: z.array(reference),
    }),
  ),
  channels: z.record(
    key,
    z.strictObject({
      address: z.string().startsWith('/'),
      title: z.string(),
      summary: z.string().optional(),
      servers: z.array(reference).min(1),
      parameters: z.record(key, z.strictObject({ description: z.string().optional() })).optional(),
      messages: z.record(key, reference),
    }),
  ),
  operations: z.record(
    key,
    z.strictObject({
      action: z.enum(['send', 'receive']),
      channel: reference,
      summary: z.string().min(1),
      messages: z.array(reference).length(1),
      reply: z.strictObject({ channel: reference, messages: z.array(reference).length(1) }).optional(),
    }),
  ),
  components: z.strictObject({
    messages: z.record(
      key,
      z.strictObject({
        name: z.string(),
        title: z.string(),
        summary: z.string(),
        contentType: z.string(),
        payload: z.record(z.string(), z.unknown()),
        examples: z.array(z.strictObject({ name: z.string(), payload: z.unknown() })).optional(),
      }),
    ),
    schemas: z.record(key, z.record(z.string(), z.unknown())),
    securitySchemes: z.record(key, z.unknown()),
  }),
});

function references(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, child]) =>
    name === '$ref' ? [String(child)] : references(child),
  );
}

function resolve(document: unknown, pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
}

describe('the AsyncAPI document', () => {
  const document = JSON.parse(
    JSON.stringify(buildAsyncApi({ title: 'Chat', version: '1.0.0', channels: CHANNELS })),
  );
  const parsed = AsyncApi3.parse(document);

  it('has the structure of AsyncAPI 3.0', () => {
    expect(Object.keys(parsed.channels)).toEqual(['chat', 'frames']);
    expect(parsed.channels['frames']?.parameters).toEqual({ session_id: {} });
    expect(Object.keys(parsed.operations)).toEqual([
      'chat.receive.message_send',
      'chat.send.answer',
      'frames.receive.ping',
      'frames.send.pong',
    ]);
  });

  it('points at nothing that is not there', () => {
    const dangling = references(document).filter((pointer) => resolve(document, pointer) === undefined);
    expect(references(document).length).toBeGreaterThan(10);
    expect(dangling).toEqual([]);
  });

  it('gives an acknowledgement as the reply, from the messages of its own channel', () => {
    const reply = parsed.operations['chat.receive.message_send']?.reply;
    expect(reply?.channel.$ref).toBe('#/channels/chat');
    const message = resolve(document, reply?.messages[0]?.$ref ?? '') as { $ref: string };
    expect(resolve(document, message.$ref)).toMatchObject({ payload: { required: ['ok', 'run_id'] } });
  });

  it('describes payloads by the schemas that check them', () => {
    expect(parsed.components.messages['chat.receive.message_send']).toMatchObject({
      name: 'message:send',
      payload: { $ref: '#/components/schemas/MessageSend' },
      examples: [{ payload: { content: 'hello' } }],
    });
    expect(parsed.components.schemas['MessageSend']).toMatchObject({
      additionalProperties: false,
      properties: { content: { type: 'string', maxLength: 10 } },
    });
  });
});
