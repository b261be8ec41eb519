import { allOf, backendOf, type Says, textOf, turnOf } from '../../../test/support/llm-backend.js';
import { datasetId, FakeTool, SOLD } from '../../../test/support/tools.js';
import { AppError } from '../../common/errors/app-error.js';
import { LlmErrors } from '../../llm/llm.errors.js';
import type { ToolFindings } from '../tools/tool.contract.js';
import type { BackendEvent } from './agent-backend.js';

const never = new AbortController().signal;
const finds = (findings: ToolFindings, more = {}) => new FakeTool(more, () => Promise.resolve(findings));
const CALL: Says = { calls: [['look_up', { of: 'x' }]] };
const SHOW = ['show_metric', { dataset_id: datasetId(1), field: 'amount', aggregate: 'sum' }] as const;
const endOf = (events: readonly BackendEvent[]) => {
  const last = events.at(-1);
  if (last?.type !== 'end') throw new Error('There is no end');
  return last.result;
};
const ask = (script: Parameters<typeof backendOf>[0], tool = finds({ text: 'Seven.' })) => {
  const built = backendOf(script, [tool]);
  const events = allOf(built.backend().run(turnOf('user', ['look_up']), never));
  return { ...built, tool, events };
};

describe('a model with tools', () => {
  it('calls one, gets its result as data, and answers; usage is that of all requests', async () => {
    const { events, model, tool } = ask([{ text: 'Let me see.', ...CALL }, { text: 'Seven.' }]);
    const seen = await events;
    expect(tool.calls).toEqual([{ of: 'x', days: 7 }]);
    expect(seen.filter(({ type }) => type === 'status')).toEqual([{ type: 'status', text: 'Looking it up' }]);
    expect(textOf(seen)).toBe('Let me see.\n\nSeven.');
    const [first, second] = model.requests;
    expect(first?.tools?.map(({ name }) => name)).toEqual(['look_up']);
    expect(first?.tools?.[0]?.parameters).toMatchObject({ type: 'object', required: ['of'] });
    expect(second?.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: 'Let me see.',
        calls: [{ id: 'call_0_0', name: 'look_up', arguments: '{"of":"x"}' }],
      },
      {
        role: 'tool',
        callId: 'call_0_0',
        content: '<tool_result tool="look_up">\n{"ok":true,"text":"Seven."}\n</tool_result>',
      },
    ]);
    expect(endOf(seen)).toMatchObject({
      engine: 'llm',
      usage: { inputTokens: 200, outputTokens: 20 },
      notes: { tools: ['look_up'], finish_reason: 'stop' },
    });
  });

  it('shows figures from the dataset of a tool, once there is one', async () => {
    const { events, model, figures } = ask(
      [CALL, { calls: [SHOW] }, { text: 'That is it.' }],
      finds({ figures: { sold: SOLD } }),
    );
    const seen = await events;
    const part = seen.find((event) => event.type === 'part')?.part;
    expect(part).toMatchObject({ type: 'metric', value: 42.5, unit: 'EUR', source: 'till' });
    expect(part && figures.vouchesFor(part)).toBe(true);
    const names = model.requests.map(({ tools }) => tools?.map(({ name }) => name));
    const shows = ['show_chart', 'show_table', 'show_metric'];
    expect(names).toEqual([['look_up'], ['look_up', ...shows], ['look_up', ...shows]]);
    const [result, shown] = model.requests.at(-1)?.messages.filter(({ role }) => role === 'tool') ?? [];
    expect(result?.content).toContain(
      `Dataset ${datasetId(1)} (till): 2 rows. Columns: region (text), amount`,
    );
    expect(result?.content).toContain('[["North",12.5],["South",30]]');
    expect(shown?.content).toContain('42.5');
    expect(endOf(seen).notes).toMatchObject({ tools: ['look_up', 'show_metric'] });
  });

  it('runs several calls of one turn in their order', async () => {
    const calls = ['a', 'b', 'c'].map((of) => ['look_up', { of }] as const);
    const { events, tool, model } = ask([{ calls }, { text: 'Done.' }]);
    await events;
    expect(tool.calls.map(({ of }) => of)).toEqual(['a', 'b', 'c']);
    const results = model.requests[1]?.messages.filter(({ role }) => role === 'tool');
    expect(results?.map((message) => message.role === 'tool' && message.callId)).toEqual([
      'call_0_0',
      'call_0_1',
      'call_0_2',
    ]);
  });

  it.each<[string, readonly [string, unknown], RegExp]>([
    ['no JSON', ['look_up', '{"of": "x'], /not valid JSON/],
    ['no object', ['look_up', '7'], /arguments of look_up are not valid/],
    ['not what the tool takes', ['look_up', { of: 'x', days: 0 }], /days/],
    [
      'a view of columns that are not there',
      ['show_metric', { ...SHOW[1], field: 'town' }],
      /columns are region/,
    ],
    ['a dataset that nobody stored', ['show_table', { dataset_id: datasetId(9) }], /no dataset of that id/],
  ])('corrects arguments that are %s', async (_name, wrong, message) => {
    const right = wrong[0] === 'look_up' ? CALL.calls?.[0] : SHOW;
    const { events, model } = ask(
      [CALL, { calls: [wrong] }, { calls: right ? [right] : [] }, { text: 'Now.' }],
      finds({ figures: { sold: SOLD } }),
    );
    const seen = await events;
    expect(model.requests[2]?.messages.at(-1)?.content).toMatch(message);
    expect(endOf(seen).notes).toMatchObject({ tools_failed: [wrong[0]], tools: ['look_up', right?.[0]] });
    expect(textOf(seen)).toBe('Now.');
  });

  it('is told that a tool failed, and answers all the same', async () => {
    const tool = new FakeTool({ timeout: 10 }, () => new Promise(() => undefined));
    const { events, model } = ask([CALL, { text: 'It does not answer.' }], tool);
    expect(textOf(await events)).toBe('It does not answer.');
    expect(model.requests[1]?.messages.at(-1)?.content).toContain('did not end within');
  });

  it('says in the metadata what is missing', async () => {
    const { events } = ask([CALL, { text: 'No.' }], finds({ missing: ['Set PROMETHEUS_URL.'] }));
    expect(endOf(await events).notes).toMatchObject({ missing: ['Set PROMETHEUS_URL.'] });
  });

  it('cites the extracts that it was given, once each, and no others', async () => {
    const extracts = ['one', 'two', 'three'].map((title) => ({
      title,
      locator: `docs/${title}`,
      quote: 'q',
    }));
    const { events, model } = ask(
      [CALL, CALL, { text: 'So [2]. And [2] and [5], not [9] or [0].' }],
      finds({ extracts }),
    );
    const seen = await events;
    expect(model.requests[2]?.messages.at(-1)?.content).toContain('"mark":"[4]"');
    const cited = seen.flatMap((event) => (event.type === 'part' ? [event.part] : []));
    expect(cited).toEqual([
      { type: 'citation', ...extracts[1] },
      { type: 'citation', ...extracts[1] },
    ]);
    expect(endOf(seen).sources).toEqual(['docs/two', 'docs/two']);
  });

  it('settles a close call in whichever of its requests it says so', async () => {
    const { backend } = backendOf(
      [{ text: '{2} Hm.', ...CALL }, { text: '{2} Seven.' }],
      [finds({ text: 'Seven.' })],
    );
    const turn = turnOf('user', ['look_up']);
    const other = { ...turn.choice.agent, name: 'another' };
    const seen = await allOf(backend().run({ ...turn, choice: { ...turn.choice, closeTo: [other] } }, never));
    expect(textOf(seen)).toBe('Hm.\n\nSeven.');
    expect(endOf(seen).agent?.name).toBe('another');
  });

  it('has no tools, and no word of them, where its agent has none', async () => {
    const { backend, model } = backendOf([{ text: 'Hello.' }], [finds({})]);
    await allOf(backend().run(turnOf('user', []), never));
    expect(model.requests[0]?.tools).toBeUndefined();
    expect(model.requests[0]?.system).not.toContain('## Tools');
  });

  it('fails as a model fails that gives nothing, but not where a part says everything', async () => {
    const nothing = { fails: new AppError(LlmErrors.LLM_BAD_ANSWER, 'Nothing.') };
    await expect(ask([CALL, nothing]).events).rejects.toMatchObject({ code: 'LLM_BAD_ANSWER' });
    const { events } = ask([CALL, { calls: [SHOW] }, nothing], finds({ figures: { sold: SOLD } }));
    expect(endOf(await events).notes).toMatchObject({ tools: ['look_up', 'show_metric'] });
  });

  it('stops with the reason of the run while a tool works', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const tool = new FakeTool({}, () => {
      stop.abort(reason);
      return new Promise(() => undefined);
    });
    const { backend, model } = backendOf([CALL, { text: 'x' }], [tool]);
    await expect(allOf(backend().run(turnOf('user', ['look_up']), stop.signal))).rejects.toBe(reason);
    expect(model.requests).toHaveLength(1);
  });
});

describe('a model that calls for ever', () => {
  const endless = (calls: number, outputTokens = 10) => ({
    calls: Array.from({ length: calls }, (_, at) => ['look_up', { of: `${at}` }] as const),
    outputTokens,
  });
  const unlimited = { budget: 50 };
  const LONG = {
    extracts: Array.from({ length: 7 }, () => ({ title: 'T', locator: 'l', quote: 'x'.repeat(1200) })),
  };

  it.each<[string, Says, ToolFindings, number]>([
    ['six requests', endless(1), {}, 7],
    ['sixteen calls', endless(9), {}, 3],
    ['the tokens of one answer', endless(1, 600), {}, 3],
    ['60,000 characters of results', endless(2), LONG, 5],
  ])('must answer after %s', async (_name, says, findings, most) => {
    const { events, model, tool } = ask(
      ({ answerNow }) => (answerNow ? { text: 'Enough.' } : says),
      finds(findings, unlimited),
    );
    expect(textOf(await events)).toBe('Enough.');
    expect(model.requests).toHaveLength(most);
    expect(model.requests.map(({ answerNow }) => answerNow)).toEqual([
      ...Array.from({ length: model.requests.length - 1 }, () => false),
      true,
    ]);
    expect(tool.calls.length).toBeLessThanOrEqual(16);
  });

  it('fails where it does not even then, and runs nothing more', async () => {
    const { events, tool } = ask(() => endless(1), finds({}, unlimited));
    await expect(events).rejects.toMatchObject({ code: 'LLM_BAD_ANSWER' });
    expect(tool.calls).toHaveLength(6);
  });

  it('is held by the budget of a tool', async () => {
    const { events, tool, model } = ask(
      ({ answerNow }) => (answerNow ? { text: 'Enough.' } : endless(3)),
      finds({}, { budget: 2 }),
    );
    await events;
    expect(tool.calls).toHaveLength(2);
    expect(JSON.stringify(model.requests.at(-1))).toContain('at most 2 times');
  });
});
