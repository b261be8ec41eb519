import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mcpServer } from '../../../test/support/mcp-server.js';
import { callerOf, decidedOn, runnerOf } from '../../../test/support/tools.js';
import type { AppError } from '../../common/errors/app-error.js';
import { type Role, ROLES } from '../../auth/principal.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from '../agent-definitions.js';
import { packageRoot } from '../package-root.js';
import { mcpToolOf } from './mcp/mcp.tool.js';
import type { Tool } from './tool.contract.js';
import { mayUse } from './tool-policy.js';
import { TOOLS } from './tools.js';

const never = new AbortController().signal;
const tools = TOOLS.map((type) => Reflect.construct(type, []) as Tool);
const table = tools.flatMap((tool) => ROLES.map((role) => [tool.manifest.name, role, tool] as const));

const LISTS = { read: 'tools', write: 'write_tools' } as const;

/** Two tools of a server for each role alone: one that reads, one that writes. */
const external = ROLES.flatMap((role) =>
  (['read', 'write'] as const).flatMap((effect) => {
    const server = mcpServer('http://127.0.0.1:1', { roles: [role], [LISTS[effect]]: ['it'] });
    const tool = mcpToolOf(server, { name: 'it', inputSchema: { type: 'object' } }, () =>
      Promise.resolve({}),
    );
    return tool ? ROLES.map((asking) => [effect, role, asking, tool] as const) : [];
  }),
);
const agents = loadDefinitions(DEFINITIONS_FOLDER);

const documented = readFileSync(join(packageRoot(), 'docs', 'tools.md'), 'utf8')
  .split('<!-- tools:end -->')[0]!
  .split('\n')
  .flatMap((line) => /^\| `(\w+)` +\|(.*)\|$/.exec(line) ?? [])
  .filter((_, index) => index % 3 === 0)
  .map((line) => line.split('|').map((cell) => cell.trim()));

const tried = async (role: Role, tool: Tool) => {
  const { name } = tool.manifest;
  const { runner, audit } = runnerOf(tool);
  const run = jest.spyOn(tool, 'run').mockResolvedValue({});
  const caller = callerOf(role);
  const ways = [
    runner.run(name, {}, caller, never),
    runner.check(name, {}, caller),
    runner.runApproved(decidedOn(tool, 'approved'), caller, never),
  ];
  const codes = (await Promise.allSettled(ways)).map((one) =>
    one.status === 'rejected' ? (one.reason as AppError).code : 'ran',
  );
  const runs = run.mock.calls.length;
  run.mockRestore();
  const outcomes = audit.records.map(({ outcome }) => outcome);
  return { codes, runs, outcomes, told: runner.usableBy(caller, [name]).length };
};

const REFUSED = {
  codes: Array(3).fill('TOOL_NOT_PERMITTED'),
  runs: 0,
  outcomes: Array(3).fill('refused'),
  told: 0,
};

describe('every tool of an MCP server and every role', () => {
  it('has one for each role and effect', () => {
    expect(external).toHaveLength(ROLES.length * 2 * ROLES.length);
  });

  it.each(external)('%s, for %s, asked by %s: runs or is refused as the operator says', async (...row) => {
    const [effect, role, asking, tool] = row;
    const found = await tried(asking, tool);
    const allowed = role === asking && !(effect === 'write' && asking === 'readonly');
    if (!allowed) return expect(found).toEqual(REFUSED);
    expect(found.codes).toEqual(
      effect === 'write' ? ['TOOL_NEEDS_APPROVAL', 'ran', 'ran'] : ['ran', 'ran', 'ran'],
    );
    expect(found.told).toBe(1);
  });
});

describe('every tool of the service and every role', () => {
  it.each(table)('%s, %s: runs or is refused as its manifest says', async (_, role, tool) => {
    const found = await tried(role, tool);
    if (!mayUse(role, tool.manifest)) return expect(found).toEqual(REFUSED);
    expect([found.codes.includes('TOOL_NOT_PERMITTED'), found.told]).toEqual([false, 1]);
  });

  it('stand in docs/tools.md as they are', () => {
    const rows = tools.map(({ manifest }) => [
      ...['', `\`${manifest.name}\``, ROLES.filter((role) => mayUse(role, manifest)).join(', ')],
      ...[manifest.scope, manifest.effect, manifest.approval ? 'yes' : 'no'],
      ...[`${manifest.timeout / 1000} s`, String(manifest.budget), ''],
    ]);
    expect(documented).toEqual(rows);
  });

  it('are each of some agent that a role of theirs may use', () => {
    const unused = tools.filter(
      ({ manifest }) =>
        !agents.some(
          ({ tools: names, roles }) =>
            names.includes(manifest.name) && ROLES.some((role) => role in roles && mayUse(role, manifest)),
        ),
    );
    expect(unused.map(({ manifest }) => manifest.name)).toEqual([]);
  });

  it('are the only ones that agents name', () => {
    const names = new Set(tools.map(({ manifest }) => manifest.name));
    expect(agents.flatMap((agent) => agent.tools.filter((name) => !names.has(name)))).toEqual([]);
  });
});
