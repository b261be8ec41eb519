import { piecesOf, type ServedCall } from './scripted-reply.js';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  type ServedMessage,
  type ServedRequest,
  startScriptedServer,
  type WireProtocol,
} from './scripted-server.js';

const ID = 'chatcmpl-scripted';
const CREATED = 1_763_800_000;

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

const chunk = (delta: Record<string, unknown>, finishReason: string | null, model: unknown): string =>
  data({
    id: ID,
    object: 'chat.completion.chunk',
    created: CREATED,
    model,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });

const usage = (input: number, output: number) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

const wantsUsage = (request: ServedRequest): boolean =>
  (request.body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true;

const MODEL = 'scripted';

interface WireMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
}

const toServed = ({
  role,
  content,
  tool_call_id: callId,
  tool_calls: calls,
}: WireMessage): ServedMessage => ({
  role,
  content: content ?? '',
  ...(callId === undefined ? {} : { callId }),
  ...(calls ? { calls: calls.map(({ id, function: called }) => ({ id, ...called })) } : {}),
});

const callChunks = ({ id, name, arguments: text }: ServedCall, index: number): string[] => [
  chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }, null, MODEL),
  ...piecesOf(text).map((piece) =>
    chunk({ tool_calls: [{ index, function: { arguments: piece } }] }, null, MODEL),
  ),
];

/** The chat completions protocol of OpenAI, as vLLM and Ollama serve it too. */
const openai: WireProtocol = {
  basePath: '/v1',
  parse: (body) => ((body['messages'] ?? []) as WireMessage[]).map(toServed),
  open: (request) => chunk({ role: 'assistant', content: '' }, null, request.body['model']),
  nonsense: 'data: {"this is": not json\n\n',
  token: (text) => chunk({ content: text }, null, MODEL),
  calls: (calls) => calls.flatMap(callChunks),
  close: (request, { inputTokens: input, outputTokens: output, called, cut }) =>
    chunk({}, cut ? 'length' : called ? 'tool_calls' : 'stop', request.body['model']) +
    (wantsUsage(request)
      ? data({
          id: ID,
          object: 'chat.completion.chunk',
          created: CREATED,
          model: request.body['model'],
          choices: [],
          usage: usage(input, output),
        })
      : '') +
    'data: [DONE]\n\n',
  whole: (request, text, input, output) =>
    JSON.stringify({
      id: ID,
      object: 'chat.completion',
      created: CREATED,
      model: request.body['model'],
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      usage: usage(input, output),
    }),
  error: (_status, text) =>
    JSON.stringify({
      error: { message: text, type: 'scripted', param: null, code: null },
    }),
};

/**
 * Starts a deterministic, OpenAI-compatible model server; `url` ends in /v1.
 * In: what it answers and how fast. Out: the server with what it was asked, and a way to make it misbehave.
 */
export function startModelServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  return startScriptedServer(openai, options);
}
