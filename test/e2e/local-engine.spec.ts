import { z } from 'zod';
import { ErrorBody } from '../../src/common/errors/error-body.js';
import { Message } from '../../src/conversations/message.contract.js';
import { UsageResponse } from '../../src/usage/usage.contract.js';
import { type RunningApp, startApp } from '../support/app.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

let service: RunningApp;
beforeAll(async () => {
  service = await startApp({ JWT_SECRET: TEST_SECRET, RATE_LIMIT_PER_MINUTE: '6' });
});
afterAll(() => service?.close());

const call = (path: string, token: string, body?: object): Promise<Response> =>
  fetch(service.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

async function ask(token: string, message: string): Promise<Message> {
  const response = await call('/chat/message', token, { message });
  expect(response.status).toBe(200);
  return z.object({ ai_response: Message }).parse(await response.json()).ai_response;
}

async function usageOf(token: string, scope = 'own'): Promise<UsageResponse> {
  const response = await call(`/chat/usage?scope=${scope}`, token);
  expect(response.status).toBe(200);
  return UsageResponse.parse(await response.json());
}

describe('the local engine over REST', () => {
  it('answers from the documentation with citations', async () => {
    const answer = await ask(signToken({ role: 'readonly' }), 'What does the local engine not do?');
    const citations = answer.parts.filter((part) => part.type === 'citation');
    expect(citations.map((part) => part.locator)).toContain(
      'docs/assistants.md#what-the-local-engine-does-not-do',
    );
    for (const citation of citations) {
      expect(answer.content).toContain(`> ${citation.quote.split('\n')[0]}`);
    }
    expect(answer).toMatchObject({
      type: 'assistant',
      metadata: { engine: 'local', model: null, assistant_name: 'InfoBot', tokens_used: null },
    });
    expect(answer.metadata['sources']).toEqual(citations.map((part) => part.locator));
    expect(answer.suggested_actions.length).toBeGreaterThan(0);
  });

  it('says plainly that it found nothing and that no model is connected', async () => {
    const answer = await ask(signToken(), 'How do I bake bread?');
    expect(answer.content).toContain('I found nothing in the documentation');
    expect(answer.content).toContain('No language model is connected');
    expect(answer.parts).toEqual([]);
  });

  it('greets as the assistant of the role', async () => {
    const answer = await ask(signToken({ role: 'tenant_admin' }), '你好');
    expect(answer.content).toContain("I'm BizBot");
  });

  it('chooses the agent by the question and says how surely', async () => {
    const answer = await ask(signToken(), 'Write a LinkedIn post with hashtags');
    expect(answer.agent_name).toBe('social_media_specialist');
    expect(answer.confidence).toBeGreaterThanOrEqual(0.7);
  });
});

describe('usage', () => {
  const tenant = 'usage-tenant';
  const user = { tenant_id: tenant, sub: 'one', role: 'user' };
  const admin = signToken({ tenant_id: tenant, sub: 'boss', role: 'tenant_admin' });

  it('counts what was answered, for the user, the tenant and the platform', async () => {
    const token = signToken(user);
    await ask(token, 'Hello');
    await ask(token, 'What can you do?');
    await ask(signToken({ ...user, sub: 'two' }), 'Hello');
    await ask(signToken({ ...user, tenant_id: 'other-usage-tenant' }), 'Hello');

    const own = await usageOf(token);
    expect(own).toMatchObject({
      scope: 'own',
      today: { questions: 2, answers: 2, input_tokens: 0, by_engine: [{ engine: 'local', answers: 2 }] },
      last_30_days: { questions: 2, answers: 2 },
      limits: { messages_per_minute: 6, messages_remaining: 4, max_message_length: 4096 },
    });
    expect(own.today).not.toHaveProperty('users');
    const whole = await usageOf(admin, 'tenant');
    expect(whole).toMatchObject({ scope: 'tenant', last_30_days: { questions: 3, users: 2 } });
    const root = signToken({ tenant_id: 'root', role: 'super_admin' });
    const all = await usageOf(root, 'platform');
    expect(all.last_30_days.questions).toBeGreaterThanOrEqual(4);
    expect(all.last_30_days.tenants).toBeGreaterThanOrEqual(2);

    const told = await ask(token, 'How many messages did I send?');
    expect(told.content).toContain('| Questions | 2 | 2 |');
  });

  it.each([
    ['user', 'tenant', 403],
    ['readonly', 'tenant', 403],
    ['tenant_admin', 'tenant', 200],
    ['super_admin', 'tenant', 200],
    ['user', 'platform', 403],
    ['readonly', 'platform', 403],
    ['tenant_admin', 'platform', 403],
    ['super_admin', 'platform', 200],
    ['user', 'everything', 400],
  ])('answers %s asking for %s with %i', async (role, scope, status) => {
    const response = await call(`/chat/usage?scope=${scope}`, signToken({ role }));
    expect(response.status).toBe(status);
  });

  it('refuses a tenant in the query', async () => {
    const response = await call('/chat/usage?scope=tenant&tenant_id=other', admin);
    expect(response.status).toBe(400);
  });
});

describe('the limit on messages', () => {
  it('refuses the one too many with the headers that say when to come back', async () => {
    const token = signToken();
    for (let sent = 0; sent < 6; sent += 1) await ask(token, 'Hello');
    const response = await call('/chat/message', token, { message: 'Hello' });
    expect(response.status).toBe(429);
    expect(response.headers.get('ratelimit-limit')).toBe('6');
    expect(response.headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('retry-after')).toBe(response.headers.get('ratelimit-reset'));
    expect(ErrorBody.parse(await response.json()).code).toBe('RATE_LIMITED');
    expect((await call('/chat/assistants', token)).headers.get('ratelimit-limit')).toBe('600');
  });

  it('does not count a message that was sent again', async () => {
    const token = signToken();
    for (let time = 0; time < 10; time += 1) {
      const body = { message: 'Hello', session_id: 's', client_message_id: 'same' };
      expect((await call('/chat/message', token, body)).status).toBe(200);
    }
    expect((await usageOf(token)).limits.messages_remaining).toBe(5);
  });
});
