import { DEFINITIONS_FOLDER, loadDefinitions } from '../../src/agents/agent-definitions.js';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedReply } from '../support/scripted-reply.js';
import type { ScriptedServer, ServedMessage, ServedRequest } from '../support/scripted-server.js';

const agents = loadDefinitions(DEFINITIONS_FOLDER);
const ARGUMENTS: Readonly<Record<string, object>> = {
  copy_check: { text: 'Buy our boots today. They are warm, dry and cheap.', keyword: 'boots' },
  search_documents: { question: 'What is the limit on messages?' },
  prometheus_range: { query: 'up' },
};
const WRITES = new Set(['rename_conversation']);
const SHOWS = /^show_/;

const offered = ({ body }: ServedRequest): string[] =>
  ((body['tools'] ?? []) as { function: { name: string } }[]).map(({ function: { name } }) => name);

/** Calls every tool that it has and that changes nothing, shows a table of every dataset, and cites the first extract. */
function reply(messages: readonly ServedMessage[], request: ServedRequest): string | ScriptedReply {
  const given = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
  if (given.length === 0) {
    const names = offered(request).filter((name) => !WRITES.has(name) && !SHOWS.test(name));
    return { calls: names.map((name) => ({ name, arguments: ARGUMENTS[name] ?? {} })) };
  }
  if (given.some((content) => content.includes('"shown"'))) return 'This is what there is [1].';
  const ids = given.flatMap((content) =>
    [...content.matchAll(/Dataset ([0-9a-f-]{36})/g)].map(([, id]) => id),
  );
  return {
    calls: ids.slice(0, 6).map((id) => ({ name: 'show_table', arguments: { dataset_id: id, limit: 5 } })),
  };
}

describe('every agent with a model and its tools', () => {
  let model: ScriptedServer;
  let running: RunningApp;
  beforeAll(async () => {
    model = await startModelServer({ reply });
    running = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url, LLM_TIMEOUT: '20' });
  });
  afterAll(async () => {
    await running?.close();
    await model?.close();
  });

  it('are fourteen', () => expect(agents).toHaveLength(14));

  it.each(agents.map((agent) => [agent.name, agent] as const))('%s', async (name, agent) => {
    const [role = ''] = Object.entries(agent.roles).sort(([, a], [, b]) => b - a)[0] ?? [];
    const user = new Client(running.url, { role });
    const { status, body } = await user.send('What is there?', { session_id: 's', agent_name: name });
    expect([status, body.ai_response?.agent_name]).toEqual([200, name]);
    const { metadata, parts, content } = body.ai_response;
    const reads = agent.tools.filter((tool) => !WRITES.has(tool));
    const shown = metadata.tools.filter((tool: string) => SHOWS.test(tool));
    expect(metadata).toMatchObject({ engine: 'llm', tools: [...reads, ...shown] });
    expect(metadata.tools_failed).toBeUndefined();
    expect(content).toContain('This is what there is [1].');
    expect(parts.at(-1)).toMatchObject({ type: 'citation', locator: metadata.sources[0] });
    const tables = parts.filter(({ type }: { type: string }) => type === 'table');
    expect(tables.length).toBeGreaterThan(0);
    expect(tables).toHaveLength(shown.length);
    for (const table of tables) {
      const page = await user.get(`/chat/datasets/${table.dataset_id}?limit=5`);
      expect(page.body).toMatchObject({ rows: table.rows, source: table.source, total: table.total });
    }
    const hint = agent.tools.includes('prometheus_range') ? /PROMETHEUS_URL/ : /^/;
    expect((metadata.missing ?? []).join('\n')).toMatch(hint);
  });
});
