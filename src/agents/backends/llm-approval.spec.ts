import {
  allOf,
  backendOf,
  decidedAfter,
  MemorySteps,
  type Says,
  textOf,
  turnOf,
} from '../../../test/support/llm-backend.js';
import { datasetId, FakeTool, SOLD } from '../../../test/support/tools.js';
import type { ApprovalDecision } from '../agents.contract.js';
import type { BackendEvent } from './agent-backend.js';

const never = new AbortController().signal;
const READ = ['read_it', { of: 'x' }] as const;
const WRITE = ['write_it', { of: 'x' }] as const;
const SHOW = ['show_metric', { dataset_id: datasetId(1), field: 'amount', aggregate: 'sum' }] as const;

/** A tool that reads, one that writes, and the roads of a turn on one node after the other. */
function setUp(script: readonly Says[]) {
  const read = new FakeTool({ name: 'read_it' }, () => Promise.resolve({ figures: { sold: SOLD } }));
  const write = new FakeTool({ name: 'write_it', effect: 'write', approval: true }, () =>
    Promise.resolve({ text: 'Written.' }),
  );
  const built = backendOf(script, [read, write]);
  const steps = new MemorySteps();
  const run = (more: object = {}): Promise<BackendEvent[]> =>
    allOf(built.backend().run(turnOf('user', ['read_it', 'write_it'], { steps, ...more }), never));
  const results = () =>
    (built.model.requests.at(-1)?.messages ?? []).flatMap((message) =>
      message.role === 'tool' ? [message.content] : [],
    );
  return { ...built, read, write, steps, run, results };
}

const typesOf = (events: readonly BackendEvent[]) =>
  events.map(({ type }) => type).filter((type) => type !== 'delta');

describe('a call that a person has to agree to', () => {
  it('ends the turn with the exact, checked arguments, after what is needed to go on', async () => {
    const { run, write, audit } = setUp([{ text: 'I will.', calls: [WRITE] }]);
    const events = await run();
    expect(typesOf(events)).toEqual(['reference', 'approval']);
    expect(events.at(-1)).toEqual({
      type: 'approval',
      request: {
        approvalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        step: expect.stringMatching(/^write_it\./),
        tool: 'write_it',
        arguments: { of: 'x', days: 7 },
      },
    });
    expect(write.calls).toEqual([]);
    expect(audit.lines).toEqual([]);
  });

  it('is done once it was agreed to, on whatever node, and the calls after it follow', async () => {
    const { run, write, read, results, steps } = setUp([
      { text: 'I will.', calls: [READ, WRITE, READ] },
      { text: 'Done.' },
    ]);
    const asked = await run();
    const events = await run(decidedAfter(asked, 'approved'));
    expect(write.calls).toEqual([{ of: 'x', days: 7 }]);
    expect(read.calls).toHaveLength(2);
    expect(results().map((text) => /tool="(\w+)"/.exec(text)?.[1])).toEqual([
      'read_it',
      'write_it',
      'read_it',
    ]);
    expect(results()[1]).toContain('Written.');
    expect(textOf(events)).toBe('Done.');
    expect(events.at(-1)).toMatchObject({
      type: 'end',
      result: { usage: { inputTokens: 200 }, notes: { tools: ['read_it', 'write_it', 'read_it'] } },
    });
    expect([...steps.all.values()]).toMatchObject([{ state: 'done', result: { ok: true } }]);
  });

  it.each([
    ['refused', 'not yet', /did not agree/],
    ['expired', null, /Nobody decided in time/],
  ] as const)('is not done where it was %s, and not asked again', async (state, comment, message) => {
    const { run, write, results } = setUp([{ calls: [WRITE] }, { calls: [WRITE] }, { text: 'Then not.' }]);
    const events = await run(decidedAfter(await run(), state, comment));
    expect(write.calls).toEqual([]);
    expect(textOf(events)).toBe('Then not.');
    expect(results()[0]).toMatch(message);
    expect(results()[0]?.includes('not yet')).toBe(comment !== null);
    expect(results()[1]).toMatch(/Do not ask again/);
  });

  it('is not done twice where the node dies after it', async () => {
    const script = [{ calls: [WRITE] }, { text: 'Done.' }, { text: 'Done.' }];
    const { run, write, results } = setUp(script);
    const decided = decidedAfter(await run(), 'approved');
    await run(decided);
    const again = await run(decided);
    expect(write.calls).toHaveLength(1);
    expect(results()[0]).toContain('Written.');
    expect(textOf(again)).toBe('Done.');
  });

  it('is not repeated where nobody knows whether it was done, and the model is told so', async () => {
    const { run, write, steps, results } = setUp([{ calls: [WRITE] }, { text: 'Look yourself.' }]);
    const decided = decidedAfter(await run(), 'approved');
    await steps.begin(decided.decision?.step ?? '');
    expect(textOf(await run(decided))).toBe('Look yourself.');
    expect(write.calls).toEqual([]);
    expect(results()[0]).toContain('Nobody knows whether it was done');
  });

  it('is done with the arguments that were agreed to, whatever else is stored', async () => {
    const { run, write } = setUp([{ calls: [WRITE] }, { text: 'Done.' }]);
    const { backendRef, decision } = decidedAfter(await run(), 'approved');
    const forged = JSON.parse(JSON.stringify(backendRef).replaceAll('"of":"x"', '"of":"y"'));
    await run({ backendRef: forged, decision });
    expect(write.calls).toEqual([{ of: 'x', days: 7 }]);
  });

  it('is put before a person again, the same one, where the node died before anybody saw it', async () => {
    const { run, model, figures } = setUp([
      { calls: [READ] },
      { calls: [SHOW] },
      { text: 'See. I will.', calls: [WRITE] },
    ]);
    const asked = await run();
    const { backendRef } = decidedAfter(asked, 'approved');
    const again = await run({ backendRef });
    expect(model.requests).toHaveLength(3);
    expect(again.at(-1)).toEqual(asked.at(-1));
    expect(textOf(again)).toBe('See. I will.');
    const part = again.find((event) => event.type === 'part')?.part;
    expect(part).toMatchObject({ type: 'metric', value: 42.5 });
    expect(part && figures.vouchesFor(part)).toBe(true);
  });

  it('may be followed by another one, up to three in one answer', async () => {
    const { run, write, results } = setUp([
      ...Array.from({ length: 4 }, () => ({ calls: [WRITE] })),
      { text: 'Enough.' },
    ]);
    let events = await run();
    for (let asked = 1; asked < 4; asked += 1) events = await run(decidedAfter(events, 'approved'));
    expect(textOf(events)).toBe('Enough.');
    expect(write.calls).toHaveLength(3);
    expect(results().at(-1)).toContain('asked often enough');
  });

  it('is not put before anybody with arguments that are not valid', async () => {
    const { run, results } = setUp([{ calls: [['write_it', { of: 7 }]] }, { text: 'No.' }]);
    expect(typesOf(await run())).toEqual(['end']);
    expect(results()[0]).toMatch(/arguments of write_it are not valid/);
  });

  it('is not offered where nothing keeps it from being done twice', async () => {
    const { run, model, write, audit } = setUp([{ calls: [WRITE] }, { text: 'No.' }]);
    await run({ steps: undefined });
    expect(model.requests[0]?.tools?.map(({ name }) => name)).toEqual(['read_it']);
    expect(write.calls).toEqual([]);
    expect(audit.lines).toEqual(['write_it refused agent']);
  });

  it('fails where an approval comes without a journal of steps', async () => {
    const { run, write } = setUp([{ calls: [WRITE] }]);
    const decided = decidedAfter(await run(), 'approved' satisfies ApprovalDecision['state']);
    await expect(run({ ...decided, steps: undefined })).rejects.toThrow('nothing keeps its steps');
    expect(write.calls).toEqual([]);
  });
});
