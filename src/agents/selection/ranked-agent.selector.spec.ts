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

function select(role: Role, question: string, asked: string | null = null, threshold = '0.7'): AgentChoice {
  const config = new ChatConfig(parseEnv({ AGENT_CONFIDENCE_THRESHOLD: threshold }));
  return new RankedAgentSelector(registry, config).select({
    assistant: assistants.forRole(role),
    question,
    asked,
  });
}

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
});
