import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROLES } from '../auth/principal.js';
import { AgentDefinition } from './agent-definition.contract.js';
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

  it('must be there for every name that the environment gives', () => {
    expect(registry.mustHave('CREW_AI_AGENTS', ['lead_analyzer'])).toBe(registry);
    expect(() => registry.mustHave('CREW_AI_AGENTS', ['lead_analyzer', 'lead_analyser', 'x'])).toThrow(
      'CREW_AI_AGENTS names agents that do not exist: lead_analyser, x',
    );
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

  it('have the paths of the Crew service', () => {
    expect(Object.fromEntries(registry.all.map((agent) => [agent.name, agent.crew_endpoint]))).toEqual({
      analytics_specialist: '/agents/analytics-insights',
      campaign_optimizer: '/agents/campaign-optimizer',
      content_generator: '/agents/content-generator',
      customer_insights: '/agents/customer-insights',
      information_retriever: '/agents/information-retriever',
      infrastructure_manager: '/agents/infrastructure-manager',
      integration_manager: '/agents/integration-manager',
      lead_analyzer: '/agents/lead-analysis',
      performance_optimizer: '/agents/performance-optimizer',
      revenue_optimizer: '/agents/revenue-optimizer',
      security_analyzer: '/agents/security-analysis',
      social_media_specialist: '/agents/social-media-specialist',
      support_assistant: '/agents/support-assistant',
      system_monitor: '/agents/system-monitor',
    });
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

  it('have a template that can be used as it is', () => {
    const folder = join(packageRoot(), 'docs/agent-template');
    const agents = loadDefinitions(DEFINITIONS_FOLDER, folder);
    expect(agents.at(-1)).toMatchObject({
      name: 'my_agent',
      threshold: 0.7,
      keywords_in: { fr: ['événement', 'invité', 'invitation', 'fête'] },
    });
    const fields = Object.keys(AgentDefinition.shape).sort();
    expect(Object.keys(agents.at(-1) ?? {}).sort()).toEqual(fields);
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
    ['an address for a path', `${VALID}crew_endpoint: http://elsewhere`, 'crew_endpoint'],
    ['a threshold above 1', `${VALID}threshold: 2`, 'threshold'],
    ['no language for keywords', `${VALID}keywords_in: { German: Wort }`, 'must name languages'],
    ['a list of keywords of a language', `${VALID}keywords_in: { de: [Wort] }`, 'keywords_in.de'],
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
  let folder: string;
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'agents-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('adds the agents of another folder to the built-in ones', () => {
    write('tester.yaml', VALID);
    write('notes.txt', 'not an agent');
    const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER, folder));
    expect(registry.all).toHaveLength(15);
    expect(registry.namesFor('user')).toContain('tester');
    expect(registry.namesFor('readonly')).not.toContain('tester');
  });

  it('names every bad file with its path, and every bad field, at once', () => {
    write('one.yaml', 'name: one');
    write('two.yaml', 'name: [');
    mkdirSync(join(folder, 'three.yaml'));
    const problem = messageOf(() => loadDefinitions(DEFINITIONS_FOLDER, folder, join(folder, 'absent')));
    expect(problem).toContain(`${join(folder, 'one.yaml')}: title: `);
    expect(problem).toMatch(/one\.yaml: .*description: .*keywords: .*roles: /);
    expect(problem).toContain(`${join(folder, 'two.yaml')}: not YAML`);
    expect(problem).toContain(`${join(folder, 'three.yaml')}: cannot be read`);
    expect(problem).toContain(`${join(folder, 'absent')}: cannot be read (ENOENT)`);
  });

  it('lets no file take the place of a built-in agent', () => {
    write('lead_analyzer.yaml', VALID.replace('name: tester', 'name: lead_analyzer'));
    const problem = messageOf(() => loadDefinitions(DEFINITIONS_FOLDER, folder));
    expect(problem).toContain(
      `${join(folder, 'lead_analyzer.yaml')}: there is an agent lead_analyzer already, in ${join(DEFINITIONS_FOLDER, 'lead_analyzer.yaml')}`,
    );
  });

  it('overlooks no file that was only named wrongly', () => {
    write('tester.yml', VALID);
    expect(() => loadDefinitions(folder)).toThrow(`${join(folder, 'tester.yml')}: must be named .yaml`);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('Nothing was wrong');
}
