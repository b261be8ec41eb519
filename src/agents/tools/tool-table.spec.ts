import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callerOf, runnerOf } from '../../../test/support/tools.js';
import type { AppError } from '../../common/errors/app-error.js';
import { ROLES } from '../../auth/principal.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from '../agent-definitions.js';
import { packageRoot } from '../package-root.js';
import type { Tool } from './tool.contract.js';
import { mayUse } from './tool-policy.js';
import { TOOLS } from './tools.js';

const never = new AbortController().signal;
const tools = TOOLS.map((type) => Reflect.construct(type, []) as Tool);
const table = tools.flatMap((tool) => ROLES.map((role) => [tool.manifest.name, role, tool] as const));
const agents = loadDefinitions(DEFINITIONS_FOLDER);

const documented = readFileSync(join(packageRoot(), 'docs', 'tools.md'), 'utf8')
  .split('<!-- tools:end -->')[0]!
  .split('\n')
  .flatMap((line) => /^\| `(\w+)` +\|(.*)\|$/.exec(line) ?? [])
  .filter((_, index) => index % 3 === 0)
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('every tool of the service and every role', () => {
  it.each(table)('%s, %s: runs or is refused as its manifest says', async (name, role, tool) => {
    const { runner, audit } = runnerOf(tool);
    const run = jest.spyOn(tool, 'run').mockResolvedValue({});
    const caller = callerOf(role);
    const decision = { approvalId: 'a', step: 's', tool: name, state: 'approved', comment: null } as const;
    const tried = [
      runner.run(name, {}, caller, never),
      runner.check(name, {}, caller),
      runner.runApproved({ ...decision, arguments: {} }, caller, never),
    ];
    const codes = (await Promise.allSettled(tried)).map((one) =>
      one.status === 'rejected' ? (one.reason as AppError).code : 'ran',
    );
    const refused = codes.every((code) => code === 'TOOL_NOT_PERMITTED');
    expect(refused).toBe(!mayUse(role, tool.manifest));
    expect(codes.includes('TOOL_NOT_PERMITTED')).toBe(refused);
    expect(runner.usableBy(caller, [name])).toHaveLength(refused ? 0 : 1);
    if (refused) {
      expect(run).not.toHaveBeenCalled();
      expect(audit.records.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
    }
    run.mockRestore();
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
