import { FakeTool } from '../../../test/support/tools.js';
import { type Role, ROLES } from '../../auth/principal.js';
import type { Tool, ToolScope } from './tool.contract.js';
import { asksFirst, mayUse, refusalOf } from './tool-policy.js';
import { ToolRegistry } from './tool-registry.service.js';
import { TOOLS } from './tools.js';

const SCOPES = ['own', 'tenant', 'platform'] as const;
const tools = TOOLS.map((type) => Reflect.construct(type, []) as Tool);

/** Written down once more, by hand: the scopes that a role sees, and whether it changes anything. */
const EXPECTED: Readonly<Record<Role, readonly [scopes: readonly ToolScope[], writes: boolean]>> = {
  super_admin: [['own', 'tenant', 'platform'], true],
  tenant_admin: [['own', 'tenant'], true],
  user: [['own'], true],
  readonly: [['own'], false],
};

const lists = ROLES.flatMap((role, at) => [[role], ROLES.slice(at), ROLES.filter((other) => other !== role)]);
const manifests = lists.flatMap((roles) =>
  SCOPES.flatMap((scope) =>
    (['read', 'write'] as const).map((effect) => new FakeTool({ roles, scope, effect }).manifest),
  ),
);

describe('the policy of tools', () => {
  it.each(ROLES)('gives %s no more than its scope and its rights, whatever a manifest lists', (role) => {
    const [scopes, writes] = EXPECTED[role];
    for (const manifest of manifests) {
      const may =
        manifest.roles.includes(role) &&
        scopes.includes(manifest.scope) &&
        (writes || manifest.effect === 'read');
      expect([manifest, mayUse(role, manifest)]).toEqual([manifest, may]);
      const refusal = refusalOf(manifest.name, manifest, role, { used: 0, agreed: true });
      expect([manifest, refusal?.error.code]).toEqual([manifest, may ? undefined : 'TOOL_NOT_PERMITTED']);
    }
  });

  it('asks a person before everything that writes, whatever a manifest says', () => {
    for (const approval of [true, false]) {
      expect(asksFirst(new FakeTool({ effect: 'write', approval }).manifest)).toBe(true);
      expect(asksFirst(new FakeTool({ effect: 'read', approval }).manifest)).toBe(approval);
    }
  });

  it.each(ROLES)('refuses %s what no tool is', (role) => {
    expect(refusalOf('x', undefined, role, { used: 0, agreed: true })).toMatchObject({ reason: 'unknown' });
  });
});

describe('the manifest of the service', () => {
  it('is sound', () => expect(new ToolRegistry(tools).all).toHaveLength(TOOLS.length));

  it('lists no role that the policy would refuse', () => {
    const refused = tools.flatMap(({ manifest }) =>
      manifest.roles.filter((role) => !mayUse(role, manifest)).map((role) => `${manifest.name} ${role}`),
    );
    expect(refused).toEqual([]);
  });

  it.each([
    ['a write without approval', { effect: 'write', approval: false } as const, /approval/],
    ['no role', { roles: [] }, /roles/],
    ['a name of other letters', { name: 'Look-up' }, /lower case/],
    ['no time', { timeout: 0 }, /timeout/],
    ['no budget', { budget: 0 }, /budget/],
    ['the name of a tool that shows figures', { name: 'show_chart' }, /taken/],
  ])('may not have %s', (_name, manifest, message) => {
    expect(() => new ToolRegistry([new FakeTool(manifest)])).toThrow(message);
  });

  it('may not have two tools of one name, and knows which names it lacks', () => {
    expect(() => new ToolRegistry([new FakeTool(), new FakeTool()])).toThrow(/taken/);
    expect(() =>
      new ToolRegistry([new FakeTool()]).mustHave('The agent x', ['look_up', 'look_down']),
    ).toThrow('The agent x names tools that do not exist: look_down');
  });
});
