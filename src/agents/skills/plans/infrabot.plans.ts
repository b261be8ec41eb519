import { chart, metric, type PlannedStep, type SkillPlan, table } from './skill-plan.js';

const hour = { field: 'at', type: 'temporal' };

const STATUS: PlannedStep = {
  tool: 'platform_status',
  views: [
    metric('load', 'CPU of one core', { field: 'cpu', row: 'last' }),
    metric('load', 'Memory', { field: 'memory', row: 'last' }),
    metric('load', 'Longest delay of the event loop', { field: 'delay', row: 'last' }),
    metric('work', 'Open sockets', { field: 'sockets' }),
    metric('work', 'Answers under way', { field: 'running' }),
    table('neighbours'),
    chart('load', 'CPU of one core by time', 'line', { x: hour, y: { field: 'cpu' } }),
  ],
};
const REQUESTS: PlannedStep = {
  tool: 'request_rates',
  views: [
    table('routes', { as: { limit: 15 } }),
    chart('routes', 'Requests by route', 'bar', {
      y: { field: 'route', sort: '-x' },
      x: { field: 'requests' },
    }),
  ],
};
const TIMES: PlannedStep = {
  tool: 'answer_times',
  views: [
    chart(
      'by_hour',
      'Answers by hour',
      'bar',
      { x: hour, y: { field: 'answers' } },
      { needs: 'answers', none: 'No answer ended in the last 24 hours.' },
    ),
    chart(
      'by_hour',
      'Time of a whole answer (median) by hour',
      'line',
      { x: hour, y: { field: 'whole_p50' } },
      {
        needs: 'whole_p50',
        alone: metric('by_hour', 'Time of a whole answer (median)', { field: 'whole_p50', aggregate: 'max' }),
      },
    ),
  ],
};

/** PromQL stands between backticks, or after the word. */
export function promqlIn(question: string): { query: string } | null {
  const found =
    /`{1,3}(?:promql\s)?([^`]+)`/i.exec(question)?.[1] ?? /\bpromql:?\s+(.+)$/is.exec(question)?.[1];
  const query = found?.trim();
  return query ? { query: query.slice(0, 500) } : null;
}

const SERIES = [
  table('points', {
    as: { limit: 20, sort: [{ field: 'at', order: 'descending' }] },
    none: 'Prometheus has no figures for this query.',
  }),
  chart('points', 'Figures of Prometheus by time', 'line', {
    x: hour,
    y: { field: 'value' },
    color: { field: 'series' },
  }),
];

export const INFRABOT_PLANS: readonly SkillPlan[] = [
  {
    name: 'platform_state',
    agents: ['system_monitor'],
    base: true,
    asks: [
      /\b(?:how|is|are)\b.{0,40}\b(?:platform|system|service|services|everything|things)\b.{0,40}\b(?:doing|going|running|ok|okay|up|down|healthy|well|fine|online|working)\b/i,
      /\b(?:health|status|uptime|cpu|memory|event loop|open sockets|neighbou?rs)\b/i,
    ],
    lead: 'This is how the platform is doing right now.',
    steps: [STATUS, REQUESTS, TIMES],
    next: [
      'Show me the errors of the last 24 hours',
      'Were there any failed logins?',
      'Show the usage of the platform',
    ],
  },
  {
    name: 'platform_errors',
    agents: ['system_monitor'],
    asks: [/\b(?:errors?|failures?|failed answers|failing|went wrong|outages?|crash(?:ed|es)?)\b/i],
    lead: 'This is what failed in the last 24 hours.',
    steps: [
      {
        tool: 'recent_errors',
        views: [
          metric('by_hour', 'Answers that failed', { field: 'failures', aggregate: 'sum' }),
          table('codes', { none: 'No answer failed in the last 24 hours.' }),
          chart(
            'by_hour',
            'Answers that failed by hour',
            'bar',
            { x: hour, y: { field: 'failures' } },
            { needs: 'failures' },
          ),
          table('routes', {
            none: 'No request was answered with a status from 500 on since the service began.',
          }),
        ],
      },
    ],
  },
  {
    name: 'prometheus',
    agents: ['system_monitor', 'infrastructure_manager', 'performance_optimizer'],
    asks: [/\b(?:promql|prometheus)\b/i],
    lead: 'These figures are those of Prometheus.',
    steps: [
      {
        tool: 'prometheus_range',
        with: (question) => promqlIn(question) ?? { query: 'up' },
        views: SERIES,
      },
    ],
  },
  {
    name: 'infrastructure',
    agents: ['infrastructure_manager'],
    base: true,
    lead: 'This is what I can see of the infrastructure from here.',
    steps: [
      { ...STATUS, views: STATUS.views!.filter(({ show }) => show !== 'show_chart') },
      { tool: 'prometheus_range', with: () => ({ query: 'up' }), views: SERIES },
      { tool: 'search_documents', with: (question) => ({ question: question.slice(0, 2000) }) },
    ],
    lacks: [
      'I cannot see or change servers, clusters, deployments or backups. Connect a crew for `infrastructure_manager` in `CREW_AI_AGENTS` for that.',
    ],
  },
  {
    name: 'performance',
    agents: ['performance_optimizer'],
    base: true,
    asks: [
      /\b(?:slow(?:er|est)?|latency|latencies|throughput|response times?|bottlenecks?|requests? (?:rates?|per))\b/i,
    ],
    lead: 'These are the requests of this service and the times of its answers.',
    steps: [
      {
        tool: 'request_rates',
        views: [
          ...REQUESTS.views!,
          chart('routes', 'Mean time by route', 'bar', {
            y: { field: 'route', sort: '-x' },
            x: { field: 'mean' },
          }),
        ],
      },
      TIMES,
    ],
    lacks: [
      'I cannot see single database queries or other services. Set `PROMETHEUS_URL` for the figures of others; queries are in `pg_stat_statements` of the database.',
    ],
  },
  {
    name: 'security',
    agents: ['security_analyzer'],
    base: true,
    asks: [
      /\b(?:failed (?:log-?ins?|sign-?ins?|access)|suspicious|refus(?:als?|ed)|unauthori[sz]ed|audit (?:log|record)|security (?:events?|incidents?))\b/i,
    ],
    lead: 'This is what was refused in the last 24 hours.',
    steps: [
      {
        tool: 'security_events',
        views: [
          metric('by_hour', 'Refusals in the audit record', { field: 'refused', aggregate: 'sum' }),
          metric('logins', 'Refused identities since the start', { field: 'failures', aggregate: 'sum' }),
          table('events', { none: 'The audit record has no refusals or failures of the last 24 hours.' }),
          table('logins', { none: 'No identity was refused since the service began.' }),
          chart(
            'by_hour',
            'Refusals by hour',
            'bar',
            { x: hour, y: { field: 'refused' } },
            { needs: 'refused' },
          ),
        ],
      },
    ],
    lacks: [
      'I have no scanner of vulnerabilities, patches or certificates. Connect a crew for `security_analyzer` in `CREW_AI_AGENTS` for that.',
    ],
  },
];
