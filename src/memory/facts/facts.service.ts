import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { words } from '../../common/words.js';
import { Scope, userScope } from '../../database/scope.js';
import { SettingsRepository } from '../settings/settings.repository.js';
import type { ShownFacts } from '../memory.contract.js';
import { type Fact, FACT_LIMITS, type FactForgotten, type FactList, type Heeded } from './facts.contract.js';
import { factExists, factNotFound } from './facts.errors.js';
import { type FactRow, FactsRepository } from './facts.repository.js';
import { type MemoryWish, memoryWishOf } from './memory-wishes.js';

/** What is remembered of each user: only what the user asked for, in the user's own words. */
@Injectable()
export class FactsService {
  constructor(
    private readonly facts: FactsRepository,
    private readonly settings: SettingsRepository,
    private readonly scope: Scope,
  ) {}

  async list(principal: Principal): Promise<FactList> {
    return this.own(principal, async () => ({
      facts: (await this.facts.findAll(principal)).map(toFact),
      limit: FACT_LIMITS.facts,
      memory_enabled: await this.isEnabled(principal),
    }));
  }

  /** Throws MEMORY_FACT_NOT_FOUND, MEMORY_FACT_EXISTS. */
  async change(principal: Principal, id: string, text: string): Promise<Fact> {
    const changed = await this.own(principal, () => this.facts.change(principal, id, text));
    if (!changed) throw factNotFound();
    if (changed === 'exists') throw factExists();
    return toFact(changed);
  }

  /** Throws MEMORY_FACT_NOT_FOUND. */
  async remove(principal: Principal, id: string): Promise<FactForgotten> {
    const count = await this.own(principal, () => this.facts.remove(principal, [id]));
    if (count === 0) throw factNotFound();
    return { status: 'Fact forgotten' };
  }

  /** What a model may be given, newest first; nothing while memory is off. */
  shownOf(principal: Principal): Promise<ShownFacts> {
    return this.facts.findShown(principal);
  }

  /**
   * Does what a message wants of memory. The same message again changes nothing more.
   * In: the message's id and the words of the user, never those of anybody else. Out: undefined where it wants nothing.
   */
  async heed(principal: Principal, messageId: string, message: string): Promise<Heeded | undefined> {
    const wish = memoryWishOf(message);
    return wish && this.own(principal, () => this.fulfil(principal, messageId, wish));
  }

  private async fulfil(principal: Principal, messageId: string, wish: MemoryWish): Promise<Heeded> {
    if (wish.asked === 'remember') return this.remember(principal, messageId, wish);
    const rows = await this.facts.findAll(principal);
    if (wish.asked === 'list') {
      const outcome = (await this.isEnabled(principal)) ? 'listed' : 'off';
      return { asked: 'list', outcome, texts: rows.map(({ text }) => text) };
    }
    const { outcome, facts } = wish.asked === 'forget-all' ? clear(rows) : meant(rows, wish.text);
    const ids = facts.map(({ id }) => id);
    if (outcome === 'forgotten') await this.facts.remove(principal, ids);
    return { asked: 'forget', outcome, texts: facts.map(({ text }) => text) };
  }

  private async remember(
    principal: Principal,
    messageId: string,
    { text, kind }: Extract<MemoryWish, { asked: 'remember' }>,
  ): Promise<Heeded> {
    const asked = 'remember';
    if (text.length > FACT_LIMITS.text) return { asked, outcome: 'too_long', text: text.slice(0, 100) };
    if (!(await this.isEnabled(principal))) return { asked, outcome: 'off', text };
    return { asked, outcome: await this.facts.add(principal, { text, kind, messageId }), text };
  }

  private async isEnabled({ tenantId, userId }: Principal): Promise<boolean> {
    const { user, tenant } = await this.settings.find(tenantId, userId);
    return user && tenant;
  }

  private own<T>(principal: Principal, work: () => Promise<T>): Promise<T> {
    return this.scope.run(userScope(principal), work);
  }
}

interface Meant {
  readonly outcome: Extract<Heeded, { asked: 'forget' }>['outcome'];
  readonly facts: readonly FactRow[];
}

/** Letters of a word that says what a text is about. */
const LONG = 4;

/** Facts that have every word of what is to be forgotten; else the one that has its long words. */
function meant(rows: readonly FactRow[], text: string): Meant {
  const wanted = words(text);
  const having = (some: readonly string[]): FactRow[] =>
    some.length === 0 ? [] : rows.filter((row) => some.every((word) => words(row.text).includes(word)));
  const exact = clear(having(wanted));
  if (exact.outcome === 'forgotten') return exact;
  const loose = having(wanted.filter((word) => word.length >= LONG));
  return loose.length > 1 ? { outcome: 'several', facts: loose } : clear(loose);
}

function clear(facts: readonly FactRow[]): Meant {
  return { outcome: facts.length > 0 ? 'forgotten' : 'unknown', facts };
}

function toFact({ id, text, kind, created_at, updated_at }: FactRow): Fact {
  return { id, text, kind, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}
