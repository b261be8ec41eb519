import { AppError } from '../common/errors/app-error.js';
import { type Role, ROLES } from '../auth/principal.js';
import { AgentCatalog } from './agent-catalog.js';
import { toAssistantsView, AssistantsResponse } from './assistants.contract.js';
import { AssistantsService } from './assistants.service.js';

const NAMES: Record<Role, string[]> = {
  super_admin: ['security_analyzer', 'system_monitor', 'support_assistant'],
  tenant_admin: ['analytics_specialist', 'support_assistant'],
  user: ['campaign_optimizer', 'lead_analyzer', 'support_assistant'],
  readonly: ['support_assistant', 'information_retriever'],
};

class FakeCatalog extends AgentCatalog {
  constructor(private readonly names: Record<Role, string[]> = NAMES) {
    super();
  }
  namesFor(role: Role): readonly string[] {
    return this.names[role];
  }
  has(name: string): boolean {
    return Object.values(this.names).some((names) => names.includes(name));
  }
}

const refusal = (work: () => void): AppError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('AssistantsService', () => {
  const service = new AssistantsService(new FakeCatalog());

  it.each([
    ['super_admin', 'InfraBot', '🔧', 'system_monitor', 20, 4000],
    ['tenant_admin', 'BizBot', '📊', 'analytics_specialist', 15, 3000],
    ['user', 'MarketBot', '🎯', 'campaign_optimizer', 12, 2500],
    ['readonly', 'InfoBot', 'ℹ️', 'support_assistant', 10, 2000],
  ] as const)('serves %s with %s', (role, name, avatar, agent, messages, tokens) => {
    const assistant = service.forRole(role);
    expect(assistant).toMatchObject({ role, name, avatar, defaultAgent: agent });
    expect(assistant.contextLimits).toEqual({ max_messages: messages, max_tokens: tokens });
    expect(assistant.greetingMessage).toContain(name);
  });

  it('lists the default agent first and each agent once', () => {
    expect(service.forRole('super_admin').availableAgents).toEqual([
      'system_monitor',
      'security_analyzer',
      'support_assistant',
    ]);
  });

  it.each(ROLES)('gives %s a view that fits its schema', (role) => {
    const principal = { tenantId: 't', userId: 'u', role, email: null };
    const view = toAssistantsView(service.forRole(role), principal, 4096);
    expect(AssistantsResponse.parse(view)).toEqual(view);
    expect(view.assistant.suggested_questions.length).toBeGreaterThan(0);
  });

  it('accepts the agents of the role', () => {
    for (const role of ROLES) for (const name of NAMES[role]) service.assertAgent(role, name);
  });

  it.each([
    ['of another role', 'security_analyzer'],
    ['that does not exist', 'nobody'],
    ['in other case', 'Lead_Analyzer'],
    ['with a Cyrillic look-alike', 'lead_аnalyzer'],
    ['with blanks', ' lead_analyzer'],
    ['with a path', '../lead_analyzer'],
    ['named like a member of every object', '__proto__'],
    ['that is empty', ''],
  ])('refuses an agent %s and names the permitted ones', (_, name) => {
    const error = refusal(() => service.assertAgent('user', name));
    expect(error).toMatchObject({ code: 'AGENT_NOT_PERMITTED', status: 403 });
    expect(error.detail).toContain('campaign_optimizer, lead_analyzer, support_assistant');
  });

  it('answers alike for an agent of another role and one that does not exist', () => {
    const other = refusal(() => service.assertAgent('user', 'security_analyzer'));
    const none = refusal(() => service.assertAgent('user', 'nobody'));
    expect(other.detail).toBe(none.detail);
  });

  it('stops the start where a default agent is missing or not for its role', () => {
    const missing = new AssistantsService(new FakeCatalog({ ...NAMES, user: ['lead_analyzer'] }));
    expect(() => missing.onModuleInit()).toThrow(
      'MarketBot needs the agent campaign_optimizer, which does not exist',
    );
    const misplaced = new AssistantsService(
      new FakeCatalog({ ...NAMES, user: [], readonly: ['support_assistant', 'campaign_optimizer'] }),
    );
    expect(() => misplaced.onModuleInit()).toThrow('does not list the role user');
    expect(() => service.onModuleInit()).not.toThrow();
  });
});
