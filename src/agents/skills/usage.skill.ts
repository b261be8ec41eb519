import { Injectable } from '@nestjs/common';
import type { Role } from '../../auth/principal.js';
import { Figures } from '../../datasets/figures.service.js';
import { LanguageModel } from '../../llm/llm.contract.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import { type ToolOutcome, ToolRunner } from '../tools/tool-runner.service.js';
import type { ToolScope } from '../tools/tool.contract.js';
import { USAGE_VIEWS } from './plans/usage.views.js';
import { shownViews } from './shown-views.js';
import { LocalSkill, type SkillEvent } from './skill.js';

const SUBJECT =
  /\b(?:usage|quota|tokens?|messages?|questions?|answers?|(?:rate )?limits?|consum(?:ed|ption))\b|\b(?:have|did|do) (?:i|we)(?: already)? used?\b/i;
const FIRST_PERSON = /\b(?:i|i've|my|mine)\b/i;
const OWNER = /\b(?:my|mine|our|ours|i|i've|me|we|we've|us)\b/i;
const MEASURE =
  /\b(?:how (?:many|much)|number of|count|total|left|remain(?:s|ing)?|used|today|month|usage|quota|limits?|consum(?:ed|ption))\b/i;
const BARE =
  /^\W*(?:show |tell |give )?(?:me )?(?:my |our |the )?(?:own |current )?(?:usage|quota|token usage|message usage|usage and limits|limits)(?: today| this month| please)?\W*$/i;
const HOW_TO =
  /\bhow (?:do|can|could|should|to|does|is|are)\b|\bwhat (?:is|does|are) (?!my|our|left)|\bwhere\b|\bwhy\b/i;
const ORGANISATION =
  /\b(?:tenant|organi[sz]ation|company|team|everyone|everybody|colleagues|all (?:our )?users|we|our|us)\b/i;
const PLATFORM = /\b(?:platform|all tenants|all organi[sz]ations|system-?wide)\b/i;
const ADMIN_ASKS = /\bhow (?:many|much) (?:messages|questions|answers|tokens)\b/i;
const MAX_LENGTH = 200;

const number = new Intl.NumberFormat('en-US');

/** Reports usage and limits: the caller's own, and wider ones where the role may see them. */
@Injectable()
export class UsageSkill extends LocalSkill {
  readonly name = 'own_usage';

  constructor(
    private readonly tools: ToolRunner,
    private readonly figures: Figures,
    private readonly model: LanguageModel,
  ) {
    super();
  }

  matches(question: string): number {
    if (question.length > MAX_LENGTH) return 0;
    if (BARE.test(question)) return 0.95;
    if (HOW_TO.test(question) || !SUBJECT.test(question) || !MEASURE.test(question)) return 0;
    if (OWNER.test(question)) return 0.95;
    return ADMIN_ASKS.test(question) && (ORGANISATION.test(question) || PLATFORM.test(question)) ? 0.95 : 0;
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<SkillEvent> {
    const { role } = turn.principal;
    const wanted = scopeAsked(turn.question.content, role);
    const scope = widest(role, wanted);
    const tool = TOOLS[scope];
    const outcome = await this.tools.run(tool, {}, turn, signal);
    yield { type: 'noted', notes: { ran: [tool], missing: outcome.missing } };
    if (scope !== wanted && wanted !== 'own') {
      yield {
        type: 'text',
        text: `Your role does not see the usage of the whole ${OWNERS[wanted]}, so this is ${OF[scope]}.\n\n`,
      };
    }
    yield { type: 'text', text: `${LEAD[scope]}\n\n` };
    yield* shownViews(this.figures, turn, outcome.datasets, USAGE_VIEWS);
    yield { type: 'text', text: remarks(outcome, this.model.configured) };
    yield { type: 'next', questions: ['What can you do?', 'What is the limit on messages?'] };
  }
}

const TOOLS: Readonly<Record<ToolScope, string>> = {
  own: 'my_usage',
  tenant: 'tenant_usage',
  platform: 'platform_usage',
};
const OWNERS: Readonly<Record<ToolScope, string>> = {
  own: 'user',
  tenant: 'organisation',
  platform: 'platform',
};
const OF: Readonly<Record<ToolScope, string>> = {
  own: 'your own',
  tenant: 'that of your organisation',
  platform: 'that of the platform',
};
const LEAD: Readonly<Record<ToolScope, string>> = {
  own: '**Your usage**',
  tenant: '**Usage of your organisation**',
  platform: '**Usage of the whole platform**',
};
/** Whose usage a role means that names nobody. */
const MEANT: Readonly<Record<Role, ToolScope>> = {
  super_admin: 'platform',
  tenant_admin: 'tenant',
  user: 'own',
  readonly: 'own',
};

function scopeAsked(question: string, role: Role): ToolScope {
  if (PLATFORM.test(question)) return 'platform';
  if (ORGANISATION.test(question)) return 'tenant';
  return FIRST_PERSON.test(question) ? 'own' : MEANT[role];
}

/** The scope that was asked for, or the nearest smaller one that the role may see. */
function widest(role: Role, wanted: ToolScope): ToolScope {
  if (wanted === 'own' || role === 'user' || role === 'readonly') return 'own';
  return wanted === 'platform' && role !== 'super_admin' ? 'tenant' : wanted;
}

function remarks({ datasets }: ToolOutcome, modelConnected: boolean): string {
  const limits = datasets['limits']?.rows[0] ?? {};
  const [rate, left, length] = ['messages_per_minute', 'messages_remaining', 'max_message_length'].map(
    (key) => number.format(Number(limits[key])),
  );
  const lines = [
    `You may send ${rate} messages a minute (${left} left right now) of up to ${length} characters.`,
    'A question counts once its answering has ended, so this one is not in yet.',
    ...(modelConnected ? [] : ['Tokens are those of language models; none is connected at present.']),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}
