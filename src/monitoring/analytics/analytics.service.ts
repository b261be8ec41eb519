import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import type { FiguresScope, Read, Topic } from './analytics.contract.js';
import { EventsRepository } from './events.repository.js';
import { whoOf } from './figures-scope.js';
import { LedgerRepository } from './ledger.repository.js';
import { TalksRepository } from './talks.repository.js';
import { topicsOf } from './topics.js';

/** Days and hours back that figures reach, today and this hour among them. */
export const DAYS = 30;
export const HOURS = 24;
/** Weeks of users' beginnings that retention looks at. */
export const COHORTS = 8;
const MOST_QUESTIONS = { questions: 2_000, characters: 400 };

/**
 * Figures of what is stored, for administrators. Every method throws ANALYTICS_SCOPE_REFUSED where the role of the
 * principal may not see the scope, and reads within that scope alone.
 */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly talks: TalksRepository,
    private readonly events: EventsRepository,
  ) {}

  usageByDay(principal: Principal, scope: FiguresScope) {
    return this.ledger.days(whoOf(principal, scope), DAYS);
  }

  usageByEngine(principal: Principal, scope: FiguresScope) {
    return this.ledger.engines(whoOf(principal, scope), DAYS);
  }

  answerTimes(principal: Principal, scope: FiguresScope, unit: 'day' | 'hour') {
    return this.ledger.times(whoOf(principal, scope), unit, unit === 'day' ? DAYS : HOURS);
  }

  retention(principal: Principal, scope: FiguresScope) {
    return this.ledger.retention(whoOf(principal, scope), COHORTS);
  }

  conversations(principal: Principal, scope: FiguresScope) {
    return this.talks.days(whoOf(principal, scope), DAYS);
  }

  feedback(principal: Principal, scope: FiguresScope) {
    return this.talks.feedback(whoOf(principal, scope), DAYS);
  }

  /** Terms of questions that at least three users share. In: what the terms of a text are. */
  async topics(
    principal: Principal,
    termsOf: (text: string) => readonly string[],
    signal: AbortSignal,
  ): Promise<Read<Topic> & { readonly questions: number }> {
    const { asOf, rows } = await this.talks.questions(whoOf(principal, 'tenant'), DAYS, MOST_QUESTIONS);
    return { asOf, rows: await topicsOf(rows, termsOf, signal), questions: rows.length };
  }

  failures(principal: Principal) {
    return this.events.failures(whoOf(principal, 'platform'), HOURS);
  }

  failuresByHour(principal: Principal) {
    return this.events.failuresByHour(whoOf(principal, 'platform'), HOURS);
  }

  securityEvents(principal: Principal) {
    return this.events.security(whoOf(principal, 'platform'), HOURS);
  }

  securityByHour(principal: Principal) {
    return this.events.securityByHour(whoOf(principal, 'platform'), HOURS);
  }
}
