import { randomUUID } from 'node:crypto';
import { Client, eventually } from '../support/client.js';
import { type CrewServer, startCrewServer } from '../support/crew-server.js';
import { Nodes } from '../support/nodes.js';

describe('a crew on CrewAI AMP whose node is killed', () => {
  let crew: CrewServer;
  let nodes: Nodes;
  beforeAll(async () => {
    crew = await startCrewServer();
    crew.amp.dialect = 'observed';
    crew.amp.pollsToFinish = Infinity;
    nodes = await Nodes.start({
      nodes: 2,
      env: {
        CREW_AI_SERVICE_URL: crew.url,
        CREW_AI_CONTRACT: 'amp',
        ENABLE_ENHANCED_RESPONSES: 'false',
        RUN_LEASE: '2',
      },
    });
  });
  afterAll(async () => {
    await nodes?.close();
    await crew?.close();
  });

  it('is polled on by the other node, and not kicked off again', async () => {
    const [owner, other] = nodes.services;
    const before = new Client(owner!.url);
    const after = new Client(other!.url, { tenant: before.tenant, user: before.user });
    const socket = await before.socket();
    const sent = await socket.ask('message:send', {
      content: 'Which leads are hot?',
      agent_name: 'lead_analyzer',
      session_id: randomUUID(),
      client_message_id: randomUUID(),
    });
    const work = await eventually(() => crew.amp.works[0], 30_000);
    await eventually(() => work.polls > 1, 30_000);
    await owner!.kill('SIGKILL');
    socket.close();

    const polls = work.polls;
    await eventually(() => work.polls > polls, 60_000);
    crew.amp.finish(work.id, 'Finished by whoever took over.');
    const events: any[] = [];
    for await (const { data } of after.events('GET', `/chat/runs/${sent.run_id}/events`)) events.push(data);
    expect(events.at(-1)).toMatchObject({
      event: 'run.completed',
      epoch: 2,
      message: { content: 'Finished by whoever took over.', metadata: { engine: 'crew' } },
    });
    expect(events.filter(({ event }) => event === 'run.completed')).toHaveLength(1);
    expect(crew.count('POST /kickoff')).toBe(1);
    expect(crew.count('POST /stop')).toBe(0);
    const { body } = await after.get(`/chat/history/${sent.session_id}`);
    expect(body.session.messages.map(({ content }: any) => content)).toEqual([
      'Which leads are hot?',
      'Finished by whoever took over.',
    ]);
  });
});
