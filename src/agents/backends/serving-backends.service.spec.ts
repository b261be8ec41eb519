import { allOf, backendOf, MemorySteps, turnOf } from '../../../test/support/llm-backend.js';
import { FakeTool } from '../../../test/support/tools.js';
import type { CrewClient } from '../../crewai/crew.contract.js';
import { CrewBackend } from './crew.backend.js';
import { LocalBackend } from './local.backend.js';
import { ServingBackends } from './serving-backends.service.js';

const CREW = { contract: 'amp', agent: 'lead_analyzer', phase: 'started', id: 'k' };
const never = new AbortController().signal;

describe('who serves a turn', () => {
  const write = new FakeTool({ effect: 'write', approval: true });
  const { backend, model } = backendOf([{ calls: [['look_up', { of: 'x' }]] }], [write]);
  const llm = backend();
  const serving = (crewServes: boolean) =>
    new ServingBackends(
      model,
      llm,
      new LocalBackend([]),
      new CrewBackend({ serves: () => crewServes } as unknown as CrewClient, {} as never, {} as never),
    );
  const turn = turnOf('user', ['look_up'], { steps: new MemorySteps() });

  it('is the crew of the agent where there is one, else the model', () => {
    expect(serving(true).for(turn)).not.toBe(llm);
    expect(serving(false).for(turn)).toBe(llm);
  });

  it('is the crew that has begun, and the model that waits for a decision, whatever else there is', async () => {
    const asked = (await allOf(llm.run(turn, never))).find((event) => event.type === 'reference');
    const backendRef: unknown = JSON.parse(JSON.stringify(asked?.type === 'reference' && asked.reference));
    expect(serving(true).for({ ...turn, backendRef })).toBe(llm);
    expect(serving(false).for({ ...turn, backendRef: CREW })).not.toBe(llm);
    expect(serving(false).for({ ...turn, backendRef: null })).toBe(llm);
  });
});
