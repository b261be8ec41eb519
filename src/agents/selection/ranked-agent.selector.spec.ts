import type { Role } from '../../auth/principal.js';
import { AssistantsService } from '../../assistants/assistants.service.js';
import { ChatConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from '../agent-definitions.js';
import { AgentRegistry } from '../agent-registry.service.js';
import type { AgentChoice } from './agent-selector.js';
import { RankedAgentSelector } from './ranked-agent.selector.js';

const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
const assistants = new AssistantsService(registry);

const selectors = new Map<string, RankedAgentSelector>();

function selectorWith(threshold: string): RankedAgentSelector {
  const config = new ChatConfig(parseEnv({ AGENT_CONFIDENCE_THRESHOLD: threshold }));
  const selector = selectors.get(threshold) ?? new RankedAgentSelector(registry, config);
  selectors.set(threshold, selector);
  return selector;
}

function select(
  role: Role,
  question: string,
  asked: string | null = null,
  threshold = '0.7',
  recent: readonly string[] = [],
): AgentChoice {
  return selectorWith(threshold).select({ assistant: assistants.forRole(role), question, recent, asked });
}

const names = (agents: AgentChoice['closeTo']): string[] => (agents ?? []).map((agent) => agent.name);

describe('RankedAgentSelector', () => {
  it.each([
    ['super_admin', 'why are the responses of the api so slow', 'performance_optimizer'],
    ['super_admin', 'deploy the new version to kubernetes', 'infrastructure_manager'],
    ['super_admin', 'were there any failed logins or suspicious access attempts', 'security_analyzer'],
    ['tenant_admin', 'Which customers are about to leave?', 'customer_insights'],
    ['tenant_admin', 'connect our CRM', 'integration_manager'],
    ['tenant_admin', 'which pricing plan brings the most revenue', 'revenue_optimizer'],
    ['user', 'How can I optimize my campaign performance?', 'campaign_optimizer'],
    ['user', 'write a linkedin post about our launch', 'social_media_specialist'],
    ['user', 'which leeds are hot leads', 'lead_analyzer'],
    ['user', 'headlines for the landing page please', 'content_generator'],
    ['readonly', 'where can I find the manual', 'information_retriever'],
  ] as const)('gives %s with "%s" the %s', (role, question, agent) => {
    const choice = select(role, question);
    expect([choice.agent.name, choice.how]).toEqual([agent, 'ranked']);
    expect(choice.confidence).toBeGreaterThanOrEqual(0.7);
    expect(choice.confidence).toBeLessThanOrEqual(1);
  });

  it.each([
    ['super_admin', 'tell me a joke', 'system_monitor'],
    ['tenant_admin', 'quantum physics', 'analytics_specialist'],
    ['user', '', 'campaign_optimizer'],
    ['user', '???', 'campaign_optimizer'],
    ['readonly', '量子物理学', 'support_assistant'],
  ] as const)('leaves %s with "%s" to the default agent, without a confidence', (role, question, agent) => {
    expect(select(role, question)).toMatchObject({
      agent: { name: agent },
      how: 'default',
      confidence: null,
    });
  });

  it('never chooses an agent of another role', () => {
    const everything = registry.all.flatMap((agent) => [...agent.keywords, ...agent.examples]);
    expect(everything.length).toBeGreaterThan(500);
    for (const question of everything) {
      expect(registry.namesFor('readonly')).toContain(select('readonly', question, null, '0').agent.name);
    }
  });

  it('takes the agent that was asked for, whatever the question says', () => {
    const choice = select('user', 'How can I optimize my campaign?', 'lead_analyzer');
    expect(choice).toMatchObject({ agent: { name: 'lead_analyzer' }, how: 'asked', confidence: null });
  });

  it('follows the configured threshold, and a threshold of the agent before that', () => {
    const question = 'How can I optimize my campaign performance?';
    expect(select('user', question, null, '0.5').how).toBe('ranked');
    expect(select('user', 'I would like some marketing for our new shop in spring', null, '1').how).toBe(
      'default',
    );
    expect(select('user', 'I need help with my password', null, '1').agent.name).toBe('support_assistant');
  });

  it('is less sure where two agents are close, or most of the question is unknown', () => {
    const clear = select('user', 'hashtags', null, '0').confidence ?? 0;
    const close = select('user', 'hashtags and leads', null, '0').confidence ?? 0;
    const unknown = select('user', 'hashtags xylophone zeppelin quagmire', null, '0').confidence ?? 0;
    expect(close).toBeLessThan(clear);
    expect(unknown).toBeLessThan(clear);
  });

  it.each([
    [
      'tenant_admin',
      'which ones are most likely to do that',
      'which customers will churn',
      'customer_insights',
    ],
    [
      'super_admin',
      'and the one before',
      'when was the last backup of the database',
      'infrastructure_manager',
    ],
  ] as const)('lets %s go on with "%s" where "%s" led', (role, question, earlier, agent) => {
    expect(select(role, question).how).toBe('default');
    expect(select(role, question, null, '0.7', [earlier]).agent.name).toBe(agent);
  });

  it('lets go of what was asked before when the question says enough by itself', () => {
    const choice = select('user', 'give me hashtags for instagram', null, '0.7', ['score my new leads']);
    expect(choice.agent.name).toBe('social_media_specialist');
  });

  it('believes the newest of the earlier questions most', () => {
    const recent = ['score my new leads', 'which hashtags for instagram'];
    expect(select('user', 'and more', null, '0', recent).agent.name).toBe('lead_analyzer');
  });

  it('names the agents that are close, of the role alone, and none where the choice is clear', () => {
    expect(names(select('user', 'hashtags and leads', null, '0').closeTo)).toHaveLength(1);
    expect(names(select('user', 'hashtags and leads', null, '1').closeTo).sort()).toEqual([
      'lead_analyzer',
      'social_media_specialist',
    ]);
    expect(names(select('user', 'instagram hashtags').closeTo)).toEqual([]);
    expect(names(select('user', 'tell me a joke').closeTo)).toEqual([]);
    expect(names(select('readonly', 'hashtags and leads', null, '0').closeTo)).toEqual([]);
  });

  it('asks nobody to settle what the user decided', () => {
    expect(names(select('user', 'hashtags and leads', 'lead_analyzer').closeTo)).toEqual([]);
  });

  it('stays calm with whatever is sent', () => {
    for (const question of [
      '{1}',
      '\ud800',
      'a'.repeat(100_000),
      '返'.repeat(50_000),
      '__proto__ constructor',
    ])
      expect(select('user', question).agent).toBeDefined();
  });
});
