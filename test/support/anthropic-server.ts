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

/** The messages protocol of Anthropic. */
const anthropic: WireProtocol = {
  basePath: '',
  parse: (body) => {
    const messages = ((body['messages'] ?? []) as { role: string; content: unknown }[]).map(
      ({ role, content }): ServedMessage => ({ role, content: textOf(content) }),
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
  close: (_request, _input, output) =>
    event('content_block_stop', { index: 0 }) +
    event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
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
  error: (status) =>
    JSON.stringify({ type: 'error', error: { type: 'scripted', message: `Scripted failure ${status}` } }),
};

/** Starts a deterministic model server that speaks Anthropic's messages protocol. */
export function startAnthropicServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  return startScriptedServer(anthropic, options);
}
