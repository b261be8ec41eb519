import { type Role, ROLES } from '../../auth/principal.js';
import { AssistantsService } from '../../assistants/assistants.service.js';
import { LanguageModel } from '../../llm/llm.contract.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from '../agent-definitions.js';
import { AgentRegistry } from '../agent-registry.service.js';
import type { ToolOutcome, ToolRunner } from '../tools/tool-runner.service.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import { KnowledgeService } from '../documentation/knowledge.service.js';
import { DocumentationSkill } from './documentation.skill.js';
import { GreetingSkill } from './greeting.skill.js';
import { HelpSkill } from './help.skill.js';
import { PlannedSkill } from './planned.skill.js';
import { PLANS } from './plans/plans.js';
import type { LocalSkill, SkillEvent } from './skill.js';
import { UsageSkill } from './usage.skill.js';

const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
const assistants = new AssistantsService(registry);

class NoModel extends LanguageModel {
  readonly configured = false;
  stream(): never {
    throw new Error('no model');
  }
}

const knowledge = new KnowledgeService(
  [{ path: 'docs/guide.md', markdown: '# Guide\n## Backups\nBackups run at night.\n\n> Quoted <b>.' }],
  [],
  () => Promise.resolve([]),
);

const LIMITS = { messages_per_minute: 60, messages_remaining: 58, max_message_length: 4096 };
const limits = {
  id: 'd1',
  columns: [],
  rows: [LIMITS],
  total: 1,
  source: 'limits',
};

/** Runs no tool: gives what a test says, and remembers what was asked for. */
class FakeRunner {
  readonly asked: [name: string, args: unknown][] = [];

  constructor(private readonly outcome: Partial<ToolOutcome> = {}) {}

  usableBy(): [] {
    return [];
  }

  run(name: string, args: unknown): Promise<ToolOutcome> {
    this.asked.push([name, args]);
    const none = { datasets: {}, extracts: [], text: '', missing: [] };
    const { question } = args as { question?: string };
    const found = question === undefined ? {} : { extracts: knowledge.find(question, 3) };
    return Promise.resolve({ ...none, ...found, ...this.outcome });
  }
}

const asRunner = (fake: FakeRunner): ToolRunner => fake as unknown as ToolRunner;
const usageTools = new FakeRunner({ datasets: { limits } });
const greeting = new GreetingSkill();
const help = new HelpSkill(registry);
const ownUsage = new UsageSkill(asRunner(usageTools), undefined as never, new NoModel());
const search = new DocumentationSkill(asRunner(new FakeRunner()), knowledge);
const planned = PLANS.map((plan) => new PlannedSkill(plan, asRunner(new FakeRunner()), undefined as never));

function skillFor(question: string, asked = turn(question)): string {
  const skills: LocalSkill[] = [greeting, help, ownUsage, search, ...planned];
  return skills.reduce((best, one) =>
    one.matches(question, asked) > best.matches(question, asked) ? one : best,
  ).name;
}

function turn(content: string, role: Role = 'user', agent?: string): AssignedTurn {
  const assistant = assistants.forRole(role);
  return {
    runId: 'r',
    sessionId: 's',
    principal: { tenantId: 't', userId: 'u', role, email: null },
    question: { id: 'q', content },
    agentName: null,
    context: {},
    past: [],
    assistant,
    choice: {
      agent: registry.get(agent ?? assistant.defaultAgent),
      confidence: agent ? 0.9 : null,
      how: agent ? 'ranked' : 'default',
    },
  };
}

async function answer(
  skill: LocalSkill,
  asked: AssignedTurn,
): Promise<{ text: string; events: SkillEvent[] }> {
  const events: SkillEvent[] = [];
  for await (const event of skill.run(asked, new AbortController().signal)) events.push(event);
  return { text: events.map((event) => (event.type === 'text' ? event.text : '')).join(''), events };
}

describe('which skill takes a question', () => {
  it.each([
    'Hello',
    'hi!',
    'Hey there',
    'Good morning InfraBot',
    'hello how are you?',
    'Bonjour',
    '¡Hola!',
    'Guten Tag',
    '你好',
    'こんにちは',
    'Привет',
    'مرحبا',
    'नमस्ते',
    '안녕하세요',
  ])('greets on "%s"', (question) => expect(skillFor(question)).toBe('greeting'));

  it.each([
    'What can you do?',
    'help',
    'Help me',
    'who are you',
    'How can you help me?',
    'which agents can I ask?',
    'What are your capabilities?',
    'Are you an AI?',
    'list all agents',
  ])('explains itself on "%s"', (question) => expect(skillFor(question)).toBe('help'));

  it.each([
    'How many messages did I send?',
    'how many tokens have I used this month',
    'show my usage',
    'usage',
    'my quota?',
    'How much have I used today?',
    'How much of my limit is left?',
    'What is my rate limit?',
    'How many messages did my organisation send?',
    'How many messages were sent on the whole platform?',
    'how many questions can I ask per minute',
  ])('reports usage on "%s"', (question) => expect(skillFor(question)).toBe('own_usage'));

  it.each([
    'Hi, how do I embed the widget?',
    'How do I use the widget?',
    'What is RATE_LIMIT_PER_MINUTE?',
    'backups',
    'How does the rate limit work?',
    'What is the limit on messages?',
    'Where are my messages stored?',
    '',
    '🎯',
    '???',
    'How can I help customers find us?',
    'How is usage counted?',
    'good',
    'x'.repeat(5000),
    'how are you deployed',
  ])('searches the documentation on "%s"', (question) => expect(skillFor(question)).toBe('documentation'));
});

describe('which plan takes a question', () => {
  it.each([
    ['super_admin', 'How is the platform doing?', 'system_monitor', 'platform_state'],
    ['super_admin', 'Are all services up and running?', 'infrastructure_manager', 'platform_state'],
    ['super_admin', 'Show me the errors of the last hour', 'system_monitor', 'platform_errors'],
    ['super_admin', 'Why is the API so slow?', 'performance_optimizer', 'performance'],
    ['super_admin', 'Were there any failed logins?', 'security_analyzer', 'security'],
    ['super_admin', 'promql: rate(x[5m])', 'system_monitor', 'prometheus'],
    ['super_admin', 'Scale the cluster', 'infrastructure_manager', 'infrastructure'],
    ['tenant_admin', 'Show me the key figures of last month', 'analytics_specialist', 'tenant_analytics'],
    ['tenant_admin', 'What do people ask about?', 'revenue_optimizer', 'tenant_topics'],
    ['tenant_admin', 'How fast are our answers?', 'analytics_specialist', 'tenant_response_times'],
    ['tenant_admin', 'What is our retention rate?', 'customer_insights', 'tenant_retention'],
    ['tenant_admin', 'What is our profit margin?', 'revenue_optimizer', 'revenue'],
    ['user', 'Check this text: We sell shoes.', 'content_generator', 'copy_check'],
    ['user', 'Which leads should I call first?', 'lead_analyzer', 'leads'],
    ['user', 'When do backups run?', 'lead_analyzer', 'documentation'],
    ['user', 'How is the platform doing?', 'campaign_optimizer', 'campaigns'],
    ['readonly', 'How is the platform doing?', 'support_assistant', 'documentation'],
  ] as const)('lets %s ask "%s" of %s and get %s', (role, question, agent, plan) => {
    expect(skillFor(question, turn(question, role, agent))).toBe(plan);
  });

  it('knows every agent but those that answer from documents', () => {
    const based = new Set(PLANS.filter(({ base }) => base).flatMap(({ agents }) => agents));
    const without = registry.all.map(({ name }) => name).filter((name) => !based.has(name));
    expect(without.sort()).toEqual(['information_retriever', 'support_assistant']);
    for (const { agents } of PLANS) for (const agent of agents) expect(registry.get(agent).name).toBe(agent);
  });

  it('gives an agent that the user named what is not its question, also where the documents have words of it', () => {
    const question = 'When do backups run?';
    const ranked = turn(question, 'super_admin', 'infrastructure_manager');
    expect(skillFor(question, ranked)).toBe('documentation');
    const asked = { ...ranked, choice: { ...ranked.choice, how: 'asked' as const } };
    expect(skillFor(question, asked)).toBe('infrastructure');
  });

  it('leaves what no agent was chosen for to the documents', () => {
    const question = 'What about the weather?';
    expect(skillFor(question, turn(question, 'super_admin'))).toBe('documentation');
  });
});

describe('GreetingSkill', () => {
  it.each(ROLES)('greets %s as its assistant and says that no model is there', async (role) => {
    const { text, events } = await answer(greeting, turn('hi', role));
    expect(text).toContain(assistants.forRole(role).greetingMessage);
    expect(text).toContain('No language model is connected');
    expect(events.at(-1)).toEqual({ type: 'next', questions: assistants.forRole(role).suggestedQuestions });
  });
});

describe('HelpSkill', () => {
  it.each(ROLES)('names the agents of %s and no others', async (role) => {
    const { text } = await answer(help, turn('help', role));
    for (const agent of registry.all) {
      expect(text.includes(`\`${agent.name}\``)).toBe(registry.namesFor(role).includes(agent.name));
    }
    expect(text).toContain('No language model is connected');
    expect(text.includes('OPENAI_API_KEY')).toBe(role === 'super_admin');
  });
});

describe('UsageSkill', () => {
  it('says what the limits are', async () => {
    const { text } = await answer(ownUsage, turn('my usage'));
    expect(text).toContain('60 messages a minute (58 left right now) of up to 4,096 characters');
  });

  it.each([
    ['user', 'How many messages did my team send?', '**Your usage**'],
    ['readonly', 'How many messages on the platform?', '**Your usage**'],
    ['tenant_admin', 'How many messages did my organisation send?', '**Usage of your organisation**'],
    ['tenant_admin', 'How many messages were sent on the whole platform?', '**Usage of your organisation**'],
    ['super_admin', 'How many messages were sent on the whole platform?', '**Usage of the whole platform**'],
    ['super_admin', 'How many messages did I send?', '**Your usage**'],
    ['super_admin', 'usage', '**Usage of the whole platform**'],
    ['tenant_admin', 'show our usage', '**Usage of your organisation**'],
    ['tenant_admin', 'usage', '**Usage of your organisation**'],
    ['user', 'usage', '**Your usage**'],
  ] as const)('answers %s on "%s" in the scope of the role', async (role, question, title) => {
    const { text } = await answer(ownUsage, turn(question, role));
    expect(text).toContain(title);
  });

  it('says so where the role may not see what was asked for', async () => {
    const { text } = await answer(ownUsage, turn('How many messages did my company send?'));
    expect(text).toMatch(/^Your role does not see the usage of the whole organisation/);
  });
});

describe('DocumentationSkill', () => {
  it('quotes with a citation', async () => {
    const { text, events } = await answer(search, turn('When do backups run?'));
    expect(text).toContain('> Backups run at night.');
    expect(text).toContain('`docs/guide.md#backups`');
    expect(text).not.toContain('No language model');
    expect(events.find((event) => event.type === 'part')).toEqual({
      type: 'part',
      part: {
        type: 'citation',
        title: 'Guide › Backups',
        locator: 'docs/guide.md#backups',
        quote: 'Backups run at night.\n\n> Quoted \\<b>.',
      },
    });
  });

  it('says that an agent needs a model where the question was meant for it', async () => {
    const found = await answer(search, turn('When do backups run?', 'super_admin', 'infrastructure_manager'));
    expect(found.text).toMatch(
      /^Normally the Infrastructure Manager takes such a question, but no language model/,
    );
    const looked = await answer(search, turn('When do backups run?', 'readonly', 'information_retriever'));
    expect(looked.text).not.toContain('Normally');
  });

  it('admits that it found nothing and says what it can do', async () => {
    const { text, events } = await answer(search, turn('How do I bake bread?'));
    expect(text).toContain('I found nothing in the documentation that');
    expect(text).toContain('- report your own usage and limits');
    expect(events.some((event) => event.type === 'part')).toBe(false);
    expect(text).not.toContain('English words');
    expect((await answer(search, turn('今天天气怎么样'))).text).toContain('English words may find more');
  });
});
