/**
 * A model server that speaks OpenAI's streamed chat completions, made to cost as little as possible.
 * The address says what it answers: `/t20/d0/v1/chat/completions` is 20 tokens at once, `/t100/d20/v1/...` is 100
 * tokens, one every 20 ms, each of which is the time of its sending (see `now`).
 * With `/md` before `/v1` the paced tokens are those of an answer with prose, code and a table instead.
 * With `/tool` there it calls the tool `bench_rows` first, until it is given a result. Nothing else of what is
 * asked is read. Tells its port by `process.send({ ready: { port } })`.
 */
import { createServer } from 'node:net';
import { now } from './lib/clock.mjs';

const HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n';
const END_OF_HEAD = '\r\n\r\n';
const TICK = 2;

const httpChunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const event = (choices, more = {}) =>
  httpChunk(
    `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1763800000, model: 'bench', choices, ...more })}\n\n`,
  );
const delta = (content, finish = null) =>
  event([{ index: 0, delta: content === undefined ? {} : { content }, finish_reason: finish }]);

const OPENING = HEAD + event([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);

/** In: how many tokens the answer had. Out: what ends it, usage included. */
function closing(tokens) {
  const usage = { prompt_tokens: 20, completion_tokens: tokens, total_tokens: 20 + tokens };
  return delta(undefined, 'stop') + event([], { usage }) + httpChunk('data: [DONE]\n\n') + '0\r\n\r\n';
}

const CALLING = Buffer.from(
  OPENING +
    event([
      {
        index: 0,
        delta: {
          tool_calls: [
            {
              index: 0,
              id: 'call_bench',
              type: 'function',
              function: { name: 'bench_rows', arguments: '{}' },
            },
          ],
        },
        finish_reason: null,
      },
    ]) +
    delta(undefined, 'tool_calls') +
    httpChunk('data: [DONE]\n\n') +
    '0\r\n\r\n',
);
const RESULT = '"role":"tool"';

const PARAGRAPH =
  'The campaign of **spring** brought more leads than that of winter, most of them by `search` and by letters.';
const CODE = [
  '```ts',
  ...Array.from({ length: 12 }, (_, row) => `const lead${row} = await count(campaign, ${row});`),
  '```',
];
const TABLE = [
  '| Campaign | Leads | Cost |',
  '| --- | ---: | ---: |',
  '| Spring | 412 | 1,930 |',
  '| Winter | 288 | 2,105 |',
];
/** Pieces of about a token that make paragraphs, code and a table, again and again. */
const MARKDOWN =
  `## Campaigns\n\n${PARAGRAPH} ${PARAGRAPH}\n\n${CODE.join('\n')}\n\n${TABLE.join('\n')}\n\n- one\n- two\n\n`
    .match(/\s*\S{1,6}/g)
    .concat('\n\n');

const wholeAnswers = new Map();

function wholeAnswer(tokens) {
  let answer = wholeAnswers.get(tokens);
  if (!answer) {
    const text = Array.from({ length: tokens }, (_, index) => delta(`token${index} `)).join('');
    answer = Buffer.from(OPENING + text + closing(tokens));
    wholeAnswers.set(tokens, answer);
  }
  return answer;
}

/** All answers of one pace. They are spread over groups that take turns, and a group shares each token's bytes. */
class Pace {
  groups;
  next = 0;

  constructor(delay) {
    const count = Math.max(1, Math.round(delay / TICK));
    const begin = performance.now();
    this.groups = Array.from({ length: count }, (_, index) => ({
      due: begin + delay + index * TICK,
      answers: new Set(),
    }));
    setInterval(() => this.tick(delay), TICK);
  }

  add(socket, tokens, markdown) {
    socket.write(OPENING);
    const group = this.groups[this.next++ % this.groups.length];
    const answer = { socket, left: tokens, tokens, markdown };
    group.answers.add(answer);
    socket.once('close', () => group.answers.delete(answer));
  }

  tick(delay) {
    const time = performance.now();
    for (const group of this.groups) {
      if (group.due > time) continue;
      group.due += delay;
      if (group.answers.size > 0) send(group.answers);
    }
  }
}

function send(answers) {
  const token = Buffer.from(delta(` ${now()}`));
  for (const answer of answers) {
    answer.socket.write(
      answer.markdown ? delta(MARKDOWN[(answer.tokens - answer.left) % MARKDOWN.length]) : token,
    );
    if (--answer.left > 0) continue;
    answer.socket.write(closing(answer.tokens));
    answers.delete(answer);
  }
}

const paces = new Map();

function answer(socket, path) {
  const [, tokens, delay] = /^\/t(\d+)\/d(\d+)\//.exec(path)?.map(Number) ?? [0, 20, 0];
  if (delay === 0) {
    socket.write(wholeAnswer(tokens));
    return;
  }
  if (!paces.has(delay)) paces.set(delay, new Pace(delay));
  paces.get(delay).add(socket, tokens, path.includes('/md/'));
}

/** Reads requests one after the other: a head, and a body of the length that it names. */
function listenTo(socket) {
  let waiting = '';
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (piece) => {
    waiting += piece;
    for (;;) {
      const head = waiting.indexOf(END_OF_HEAD);
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(waiting.slice(0, head))?.[1] ?? 0);
      const end = head + END_OF_HEAD.length + length;
      if (waiting.length < end) return;
      const path = waiting.slice(0, head).split(' ', 2)[1];
      const calls = path.includes('/tool/') && !waiting.slice(0, end).includes(RESULT);
      waiting = waiting.slice(end);
      if (calls) socket.write(CALLING);
      else answer(socket, path);
    }
  });
}

const server = createServer(listenTo);
server.listen(0, '127.0.0.1', () => process.send?.({ ready: { port: server.address().port } }));
