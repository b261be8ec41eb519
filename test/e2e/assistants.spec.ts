import { z } from 'zod';
import { ROLES } from '../../src/auth/principal.js';
import { ErrorBody } from '../../src/common/errors/error-body.js';
import { Message } from '../../src/conversations/message.contract.js';
import { type RunningApp, startApp } from '../support/app.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

let service: RunningApp;
beforeAll(async () => {
  service = await startApp({ JWT_SECRET: TEST_SECRET });
});
afterAll(() => service?.close());

const call = (path: string, token?: string, init: RequestInit = {}): Promise<Response> =>
  fetch(service.url + path, {
    ...init,
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(init.body ? { 'Content-Type': 'application/json' } : {}),
    },
  });
const send = (token: string, body: object): Promise<Response> =>
  call('/chat/message', token, { method: 'POST', body: JSON.stringify(body) });

const AGENTS = {
  super_admin: [
    'system_monitor',
    'infrastructure_manager',
    'performance_optimizer',
    'security_analyzer',
    'support_assistant',
  ],
  tenant_admin: [
    'analytics_specialist',
    'customer_insights',
    'integration_manager',
    'revenue_optimizer',
    'support_assistant',
  ],
  user: [
    'campaign_optimizer',
    'content_generator',
    'lead_analyzer',
    'social_media_specialist',
    'support_assistant',
  ],
  readonly: ['support_assistant', 'information_retriever'],
} as const;
const ALL_AGENTS = [...new Set(ROLES.flatMap((role) => [...AGENTS[role]]))];

describe('GET /chat/assistants', () => {
  it.each([
    ['super_admin', 'InfraBot', '🔧', 20, 4000],
    ['tenant_admin', 'BizBot', '📊', 15, 3000],
    ['user', 'MarketBot', '🎯', 12, 2500],
    ['readonly', 'InfoBot', 'ℹ️', 10, 2000],
  ] as const)(
    'gives %s its assistant %s and only its agents',
    async (role, name, avatar, messages, tokens) => {
      const token = signToken({ role, sub: 'ada', tenant_id: 'acme', email: 'ada@example.com' });
      const response = await call('/chat/assistants', token);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        role,
        assistant: {
          name,
          avatar,
          role,
          description: expect.any(String),
          capabilities: expect.arrayContaining([expect.any(String)]),
          available_agents: AGENTS[role],
          default_agent: AGENTS[role][0],
          greeting_message: expect.stringContaining(name),
          context_limits: { max_messages: messages, max_tokens: tokens },
          suggested_questions: expect.arrayContaining(['What can you do?']),
          max_message_length: 4096,
        },
        session_info: { user_id: 'ada', tenant_id: 'acme', email: 'ada@example.com' },
      });
    },
  );

  it('needs a token', async () => {
    const response = await call('/chat/assistants');
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('asking for an agent', () => {
  it.each(ROLES)('lets %s have its own agents and refuses those of other roles', async (role) => {
    const token = signToken({ role });
    const permitted: readonly string[] = AGENTS[role];
    for (const agent of ALL_AGENTS) {
      const response = await send(token, { message: 'Hello', agent_name: agent });
      const body: unknown = await response.json();
      if (permitted.includes(agent)) {
        expect(response.status).toBe(200);
        const { ai_response: answer } = z.object({ ai_response: Message }).parse(body);
        expect(answer).toMatchObject({ agent_name: agent, confidence: null });
      } else {
        expect(response.status).toBe(403);
        const error = ErrorBody.parse(body);
        expect(error).toMatchObject({ code: 'AGENT_NOT_PERMITTED', status: 403 });
        expect(error.detail).toContain(permitted.join(', '));
      }
    }
  });

  it.each([
    ['that does not exist', 'nobody'],
    ['with a Cyrillic look-alike', 'lead_аnalyzer'],
    ['in other case', 'LEAD_ANALYZER'],
    ['with a path', '../lead_analyzer'],
  ])('refuses an agent %s and stores nothing', async (_, agent) => {
    const token = signToken();
    const response = await send(token, { message: 'Hello', agent_name: agent, session_id: 'refused' });
    expect(response.status).toBe(403);
    expect(ErrorBody.parse(await response.json()).code).toBe('AGENT_NOT_PERMITTED');
    expect((await call('/chat/history/refused', token)).status).toBe(404);
  });

  it('refuses a list of agents as invalid', async () => {
    const response = await send(signToken(), { message: 'Hello', agent_name: ['lead_analyzer'] });
    expect(response.status).toBe(400);
    expect(ErrorBody.parse(await response.json()).errors).toEqual([
      expect.objectContaining({ path: 'agent_name' }),
    ]);
  });
});
