import { Injectable } from '@nestjs/common';
import type { Role } from '../../auth/principal.js';
import { LanguageModel } from '../../llm/llm.contract.js';
import type { Usage, UsageScope, UsageTotals } from '../../usage/usage.contract.js';
import { UsageService } from '../../usage/usage.service.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import { LocalSkill, type SkillEvent } from './skill.js';

const SUBJECT =
  /\b(?:usage|quota|tokens?|messages?|questions?|answers?|(?:rate )?limits?|consum(?:ed|ption))\b|\b(?:have|did|do) (?:i|we)(?: already)? used?\b/i;
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

/** Reports usage and limits from the ledger: the caller's own, and wider ones where the role may see them. */
@Injectable()
export class OwnUsageSkill extends LocalSkill {
  readonly name = 'own_usage';

  constructor(
    private readonly usage: UsageService,
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

  async *run({ principal, question }: AssignedTurn): AsyncGenerator<SkillEvent> {
    const wanted = scopeAsked(question.content);
    const scope = widest(principal.role, wanted);
    const usage = await this.usage.inScope(principal, scope);
    if (scope !== wanted && wanted !== 'own') {
      yield {
        type: 'text',
        text: `Your role does not see the usage of the whole ${OWNERS[wanted]}, so this is ${OF[scope]}.\n\n`,
      };
    }
    yield { type: 'text', text: `${LEAD[scope]}\n\n${table(usage)}\n\n` };
    yield { type: 'text', text: remarks(usage, this.model.configured) };
    yield { type: 'next', questions: ['What can you do?', 'What is the limit on messages?'] };
  }
}

const OWNERS: Readonly<Record<UsageScope, string>> = {
  own: 'user',
  tenant: 'organisation',
  platform: 'platform',
};
const OF: Readonly<Record<UsageScope, string>> = {
  own: 'your own',
  tenant: 'that of your organisation',
  platform: 'that of the platform',
};
const LEAD: Readonly<Record<UsageScope, string>> = {
  own: '**Your usage**',
  tenant: '**Usage of your organisation**',
  platform: '**Usage of the whole platform**',
};

function scopeAsked(question: string): UsageScope {
  if (PLATFORM.test(question)) return 'platform';
  return ORGANISATION.test(question) ? 'tenant' : 'own';
}

/** The scope that was asked for, or the nearest smaller one that the role may see. */
function widest(role: Role, wanted: UsageScope): UsageScope {
  if (wanted === 'own' || role === 'user' || role === 'readonly') return 'own';
  return wanted === 'platform' && role !== 'super_admin' ? 'tenant' : wanted;
}

function table(usage: Usage): string {
  const rows: [string, (totals: UsageTotals) => number][] = [
    ['Questions', (totals) => totals.questions],
    ['Answers', (totals) => totals.answers],
    ['Tokens read', (totals) => totals.inputTokens],
    ['Tokens written', (totals) => totals.outputTokens],
  ];
  if (usage.scope !== 'own') rows.push(['Users', (totals) => totals.users]);
  if (usage.scope === 'platform') rows.push(['Organisations', (totals) => totals.tenants]);
  const { today, last30Days } = usage;
  const lines = rows.map(
    ([label, value]) => `| ${label} | ${number.format(value(today))} | ${number.format(value(last30Days))} |`,
  );
  return ['| | Today (UTC) | Last 30 days |', '| --- | ---: | ---: |', ...lines].join('\n');
}

const ENGINES: Readonly<Record<string, string>> = {
  llm: 'language model',
  crew: 'crew',
  local: 'local engine',
};

function remarks(usage: Usage, modelConnected: boolean): string {
  const { limits, last30Days } = usage;
  const engines = last30Days.byEngine
    .map((row) => `${ENGINES[row.engine] ?? row.engine} ${number.format(row.answers)}`)
    .join(', ');
  const lines = [
    ...(engines ? [`Answers of the last 30 days by engine: ${engines}.`] : []),
    `You may send ${number.format(limits.messagesPerMinute)} messages a minute (${number.format(limits.messagesRemaining)} left right now) of up to ${number.format(limits.maxMessageLength)} characters.`,
    'A question counts once its answering has ended, so this one is not in yet.',
    ...(modelConnected ? [] : ['Tokens are those of language models; none is connected at present.']),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}
