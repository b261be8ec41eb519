import type { AnalyticsReport } from '../../../../src/monitoring/analytics/report.contract.js';
import type { Api } from '../../client/api.js';
import { periodOf } from '../report/period.js';
import { useLoad } from '../report/use-load.js';
import { text } from '../strings.js';
import { Controls } from './controls.js';
import { Figures } from './figures.js';
import { Problem } from './problem.js';
import { type Leaving, type Query, scopeFor, scopesOf } from './query.js';
import { Skeleton } from './skeleton.js';
import { useRefusal } from './use-refusal.js';

interface ReportProps {
  readonly api: Api;
  readonly role: string;
  readonly query: Query;
  readonly locale: string | undefined;
  onQuery(query: Query): void;
  onLeave(how: Leaving): void;
}

/** The figures of a period and a scope, both to be chosen, with what they were before while newer ones are on their way. */
export function Report({ api, role, query, locale, onQuery, onLeave }: ReportProps) {
  const scope = scopeFor(query, role);
  const { days } = query;
  const report = useLoad(() => {
    const asked = new URLSearchParams({ scope, ...periodOf(days, Date.now()) });
    return api.get<AnalyticsReport>(`/chat/analytics?${asked}`);
  }, `${scope} ${days}`);
  useRefusal(report, () => onLeave('ended'));
  const { value, problem, busy } = report;
  const leave = (): void => onLeave('signed_out');
  return (
    <>
      <div class="top">
        <div>
          <h1>{problem?.status === 403 ? text.title : text.titles[scope]}</h1>
          <p class="hint" role="status">
            {value
              ? `${daysText(value, locale)}, ${text.utc}. ${asOfText(value, locale)}.`
              : busy
                ? text.loading
                : ''}
          </p>
        </div>
        {problem?.status === 403 ? null : (
          <Controls
            days={days}
            scope={scope}
            scopes={scopesOf(role)}
            busy={busy}
            onQuery={onQuery}
            onRefresh={() => report.again()}
          />
        )}
      </div>
      {problem ? (
        <Problem
          problem={problem}
          role={role}
          before={value !== undefined}
          onRetry={() => report.again()}
          onLeave={leave}
        />
      ) : null}
      {value ? <Figures report={value} locale={locale} busy={busy} /> : problem ? null : <Skeleton />}
    </>
  );
}

function daysText({ from, to }: AnalyticsReport, locale: string | undefined): string {
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  return days.formatRange(Date.parse(from), Date.parse(to));
}

function asOfText({ as_of: time }: AnalyticsReport, locale: string | undefined): string {
  return text.asOf(new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' }));
}
