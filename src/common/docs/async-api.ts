import type { z } from 'zod';
import { type JsonSchema, SchemaComponents, type SchemaSide } from './schema-components.js';

export interface SocketMessage {
  /** Name on the wire: the event, or the frame's `type`. */
  readonly name: string;
  readonly summary: string;
  readonly schema: z.ZodType;
  /** What the receiver acknowledges with. */
  readonly ack?: z.ZodType;
  readonly example?: unknown;
}

export interface SocketChannel {
  readonly name: string;
  /** Path on the service, with `{parameters}`. */
  readonly address: string;
  /** `ws` or `socketio`. */
  readonly protocol: string;
  readonly summary?: string;
  /** What clients send to the service. */
  readonly receives: readonly SocketMessage[];
  /** What the service sends to clients. */
  readonly sends: readonly SocketMessage[];
}

export interface AsyncApiSource {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  readonly channels: readonly SocketChannel[];
}

export type AsyncApiDocument = Readonly<Record<string, unknown>>;

interface Parts {
  readonly schemas: SchemaComponents;
  readonly messages: Record<string, unknown>;
  readonly operations: Record<string, unknown>;
}

/** In: the sockets' channels with zod schemas. Out: the document of AsyncAPI 3.0 (asyncapi.com/docs/reference). */
export function buildAsyncApi(source: AsyncApiSource): AsyncApiDocument {
  const parts: Parts = { schemas: new SchemaComponents('asyncapi'), messages: {}, operations: {} };
  const channels = Object.fromEntries(
    source.channels.map((channel) => [idOf(channel.name), channelOf(channel, parts)]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: source.title,
      version: source.version,
      ...(source.description ? { description: source.description } : {}),
    },
    defaultContentType: 'application/json',
    servers: Object.fromEntries(source.channels.map(({ protocol }) => [idOf(protocol), serverOf(protocol)])),
    channels,
    operations: parts.operations,
    components: {
      messages: parts.messages,
      schemas: parts.schemas.schemas,
      securitySchemes: { token: TOKEN },
    },
  };
}

const TOKEN = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };

function serverOf(protocol: string) {
  return {
    host: '{host}',
    protocol,
    variables: { host: { default: 'localhost:3003', description: 'Host and port of the service.' } },
    security: [{ $ref: '#/components/securitySchemes/token' }],
  };
}

function channelOf(channel: SocketChannel, parts: Parts) {
  const id = idOf(channel.name);
  const parameters = [...channel.address.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, {}] as const);
  const messages: Record<string, unknown> = {};
  const put = (key: string, message: SocketMessage, side: SchemaSide) => {
    parts.messages[`${id}.${key}`] = messageOf(message, side, parts);
    messages[key] = { $ref: `#/components/messages/${id}.${key}` };
    return { $ref: `#/channels/${id}/messages/${key}` };
  };
  for (const message of channel.receives) {
    const key = `receive.${idOf(message.name)}`;
    parts.operations[`${id}.${key}`] = {
      ...operationOf('receive', id, message, put(key, message, 'input')),
      ...(message.ack
        ? { reply: replyOf(id, put(`${key}.ack`, ackOf(message, message.ack), 'output')) }
        : {}),
    };
  }
  for (const message of channel.sends) {
    const key = `send.${idOf(message.name)}`;
    parts.operations[`${id}.${key}`] = operationOf('send', id, message, put(key, message, 'output'));
  }
  return {
    address: channel.address,
    title: channel.name,
    ...(channel.summary ? { summary: channel.summary } : {}),
    servers: [{ $ref: `#/servers/${idOf(channel.protocol)}` }],
    ...(parameters.length > 0 ? { parameters: Object.fromEntries(parameters) } : {}),
    messages,
  };
}

function ackOf(message: SocketMessage, schema: z.ZodType): SocketMessage {
  return { name: `${message.name} (acknowledgement)`, summary: `Acknowledges ${message.name}.`, schema };
}

function messageOf(message: SocketMessage, side: SchemaSide, parts: Parts) {
  const payload: JsonSchema = parts.schemas.add(message.schema, side);
  return {
    name: message.name,
    title: message.name,
    summary: message.summary,
    contentType: 'application/json',
    payload,
    ...(message.example === undefined
      ? {}
      : { examples: [{ name: idOf(message.name), payload: message.example }] }),
  };
}

function operationOf(action: 'receive' | 'send', channel: string, message: SocketMessage, reference: object) {
  return {
    action,
    channel: { $ref: `#/channels/${channel}` },
    summary: message.summary,
    messages: [reference],
  };
}

function replyOf(channel: string, reference: object) {
  return { channel: { $ref: `#/channels/${channel}` }, messages: [reference] };
}

/** Keys of the document may hold letters, digits, `.`, `-` and `_` only. */
function idOf(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '_');
}
