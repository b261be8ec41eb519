import { piecesOf, type ServedCall } from './scripted-reply.js';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  type ServedMessage,
  startScriptedServer,
  type WireProtocol,
} from './scripted-server.js';

const event = (type: string, more: Record<string, unknown> = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : (content as { text?: string }[]).map(({ text }) => text ?? '').join('');

type Block = Readonly<Record<string, unknown>> & { readonly type: string };

/** Results of tools become messages of their own, as in the other protocol. */
function toServed({ role, content }: { role: string; content: string | Block[] }): ServedMessage[] {
  if (typeof content === 'string') return [{ role, content }];
  const results = content.filter(({ type }) => type === 'tool_result');
  const calls = content.filter(({ type }) => type === 'tool_use');
  const rest = content.filter((block) => !results.includes(block) && !calls.includes(block));
  return [
    ...results.map((block) => ({
      role: 'tool',
      content: textOf(block['content']),
      callId: String(block['tool_use_id']),
    })),
    ...(rest.length + calls.length > 0
      ? [{ role, content: textOf(rest), ...(calls.length > 0 ? { calls: calls.map(toCall) } : {}) }]
      : []),
  ];
}

const toCall = ({ id, name, input }: Block): ServedCall => ({
  id: String(id),
  name: String(name),
  arguments: JSON.stringify(input),
});

/** The block of text is block 0, so calls count from 1. */
const callEvents = ({ id, name, arguments: text }: ServedCall, at: number): string[] => {
  const index = at + 1;
  const delta = (piece: string): string =>
    event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: piece } });
  return [
    event('content_block_stop', { index: at }) +
      event('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } }) +
      delta(''),
    ...piecesOf(text).map(delta),
  ];
};

/** The messages protocol of Anthropic. */
const anthropic: WireProtocol = {
  basePath: '',
  parse: (body) => {
    const messages = ((body['messages'] ?? []) as { role: string; content: string | Block[] }[]).flatMap(
      toServed,
    );
    const system = body['system'];
    return system === undefined ? messages : [{ role: 'system', content: textOf(system) }, ...messages];
  },
  open: (request, input) =>
    event('message_start', {
      message: {
        id: 'msg_scripted',
        type: 'message',
        role: 'assistant',
        model: request.body['model'],
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: input, output_tokens: 1 },
      },
    }) +
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
    event('ping'),
  nonsense: 'event: content_block_delta\ndata: {"this is": not json\n\n',
  token: (text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  calls: (calls) => calls.flatMap(callEvents),
  close: (_request, { outputTokens: output, called, cut }) =>
    event('content_block_stop', { index: called }) +
    event('message_delta', {
      delta: { stop_reason: cut ? 'max_tokens' : called ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: output },
    }) +
    event('message_stop'),
  whole: (request, text, input, output) =>
    JSON.stringify({
      id: 'msg_scripted',
      type: 'message',
      role: 'assistant',
      model: request.body['model'],
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: input, output_tokens: output },
    }),
  error: (_status, text) => JSON.stringify({ type: 'error', error: { type: 'scripted', message: text } }),
};

/** Starts a deterministic model server that speaks Anthropic's messages protocol. */
export function startAnthropicServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  return startScriptedServer(anthropic, options);
}
