import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROLES } from '../auth/principal.js';
import { ASSISTANTS } from '../assistants/assistants.definitions.js';
import { DEFINITIONS_FOLDER, loadDefinitions, parseDefinition } from './agent-definitions.js';
import { AgentRegistry } from './agent-registry.service.js';
import { packageRoot } from './package-root.js';

const VALID = `
name: tester
title: Tester
description: Tests things.
capabilities: [Tests]
keywords: [test]
examples: [Test this]
follow_ups: [Again]
roles: { user: 1.0 }
`;

describe('the agent definitions', () => {
  const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));

  it('are valid, one file each', () => {
    expect(registry.all).toHaveLength(14);
    expect(readdirSync(DEFINITIONS_FOLDER).sort()).toEqual(registry.all.map((agent) => `${agent.name}.yaml`));
  });

  it.each([
    [
      'super_admin',
      [
        'infrastructure_manager',
        'performance_optimizer',
        'security_analyzer',
        'support_assistant',
        'system_monitor',
      ],
    ],
    [
      'tenant_admin',
      [
        'analytics_specialist',
        'customer_insights',
        'integration_manager',
        'revenue_optimizer',
        'support_assistant',
      ],
    ],
    [
      'user',
      [
        'campaign_optimizer',
        'content_generator',
        'lead_analyzer',
        'social_media_specialist',
        'support_assistant',
      ],
    ],
    ['readonly', ['information_retriever', 'support_assistant']],
  ] as const)('give %s exactly its agents', (role, names) => {
    expect([...registry.namesFor(role)].sort()).toEqual(names);
  });

  it('have the default agent of every assistant, for its role', () => {
    for (const role of ROLES) {
      expect(registry.has(ASSISTANTS[role].defaultAgent)).toBe(true);
      expect(registry.namesFor(role)).toContain(ASSISTANTS[role].defaultAgent);
    }
  });

  it('have the thresholds of the platform', () => {
    const own = registry.all.filter((agent) => agent.threshold !== undefined);
    expect(own.map((agent) => [agent.name, agent.threshold])).toEqual([
      ['security_analyzer', 0.9],
      ['support_assistant', 0.5],
    ]);
  });

  it('put what fits a role best first', () => {
    expect(registry.namesFor('user').at(-1)).toBe('support_assistant');
    expect(registry.namesFor('readonly')[0]).toBe('support_assistant');
  });

  it('know only names of agents', () => {
    for (const name of ['constructor', '__proto__', 'System_Monitor', ''])
      expect(registry.has(name)).toBe(false);
    expect(() => registry.get('nobody')).toThrow('There is no agent nobody');
  });

  it('take the example of the documentation', () => {
    const page = readFileSync(join(packageRoot(), 'docs/assistants.md'), 'utf8');
    const example = /```yaml\n(.+?)```/s.exec(page)?.[1] ?? '';
    expect(parseDefinition('event_planner.yaml', example)).toMatchObject({
      name: 'event_planner',
      threshold: 0.7,
    });
  });
});

describe('parseDefinition', () => {
  it('reads a valid file', () => {
    expect(parseDefinition('tester.yaml', VALID)).toMatchObject({ name: 'tester', roles: { user: 1 } });
  });

  it.each([
    ['an unknown field', `${VALID}colour: red`, 'colour'],
    ['an unknown role', VALID.replace('user', 'owner'), 'roles'],
    ['no role', VALID.replace('{ user: 1.0 }', '{}'), 'must name at least one role'],
    ['a weight above 1', VALID.replace('1.0', '1.5'), 'roles.user'],
    ['a weight of 0', VALID.replace('1.0', '0'), 'roles.user'],
    ['a threshold above 1', `${VALID}threshold: 2`, 'threshold'],
    ['no keywords', VALID.replace('[test]', '[]'), 'keywords'],
    ['a name with blanks', VALID.replace('name: tester', 'name: my tester'), 'lower case'],
    ['another name than its file', VALID.replace('name: tester', 'name: other'), 'other.yaml'],
    ['broken YAML', 'name: [', 'not YAML'],
    ['nothing', '', 'not YAML'],
  ])('refuses a file with %s', (_, text, problem) => {
    expect(() => parseDefinition('tester.yaml', text)).toThrow(problem);
    expect(() => parseDefinition('tester.yaml', text)).toThrow(/^tester\.yaml: /);
  });
});

describe('loadDefinitions', () => {
  it('names every bad file at once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'agents-'));
    try {
      writeFileSync(join(folder, 'tester.yaml'), VALID);
      expect(loadDefinitions(folder).map((agent) => agent.name)).toEqual(['tester']);
      writeFileSync(join(folder, 'one.yaml'), 'name: one');
      writeFileSync(join(folder, 'two.yaml'), 'name: [');
      expect(() => loadDefinitions(folder)).toThrow(/one\.yaml: [\s\S]*two\.yaml: not YAML/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
