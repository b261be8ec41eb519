import { chart, metric, type PlannedStep, type SkillPlan, table } from './skill-plan.js';
import { USAGE_VIEWS } from './usage.views.js';

const FIGURES_OF = ['analytics_specialist', 'customer_insights'];
const day = { field: 'day', type: 'temporal' };

const USAGE: PlannedStep = { tool: 'tenant_usage', views: USAGE_VIEWS };
const CONVERSATIONS: PlannedStep = {
  tool: 'conversation_figures',
  views: [
    metric('totals', 'Conversations in the last 30 days', { field: 'conversations' }),
    metric(
      'totals',
      'Messages in a conversation (mean)',
      { field: 'per_conversation' },
      { needs: 'per_conversation' },
    ),
    chart('by_day', 'Active users by day', 'line', { x: day, y: { field: 'active_users' } }),
    chart('by_day', 'Conversations by day', 'bar', { x: day, y: { field: 'conversations' } }),
  ],
};
const RETENTION: PlannedStep = {
  tool: 'user_retention',
  views: [
    table('weeks'),
    chart('weeks', 'Users who asked again, by the week of their first question', 'rect', {
      x: { field: 'week', type: 'ordinal' },
      y: { field: 'cohort', type: 'ordinal' },
      color: { field: 'share' },
    }),
  ],
};
const FEEDBACK: PlannedStep = {
  tool: 'feedback_summary',
  views: [
    metric('totals', 'Good answers', { field: 'up' }),
    metric('totals', 'Bad answers', { field: 'down' }),
    table('totals'),
    chart('by_day', 'Good answers by day', 'bar', { x: day, y: { field: 'up' } }, { needs: 'up' }),
    chart('by_day', 'Bad answers by day', 'bar', { x: day, y: { field: 'down' } }, { needs: 'down' }),
  ],
};

export const BIZBOT_PLANS: readonly SkillPlan[] = [
  {
    name: 'tenant_analytics',
    agents: ['analytics_specialist'],
    base: true,
    asks: [/\b(?:usage|adoption|key figures|kpis?|dashboard)\b/i],
    lead: 'These are the figures of how your organisation uses its assistants in the last 30 days.',
    steps: [USAGE, CONVERSATIONS],
    lacks: [
      'No business data of your organisation (orders, sales, visits) is connected, so there are no other figures. Connect a crew for `analytics_specialist` in `CREW_AI_AGENTS` that can read it.',
    ],
    next: ['What are our top topics?', 'How fast are our answers?', 'What is our retention rate?'],
  },
  {
    name: 'tenant_conversations',
    agents: FIGURES_OF,
    asks: [/\b(?:conversations?|active users|how many users|users? (?:a|per|by) day)\b/i],
    lead: 'These are the conversations of your organisation in the last 30 days.',
    steps: [CONVERSATIONS],
  },
  {
    name: 'tenant_response_times',
    agents: FIGURES_OF,
    asks: [
      /\b(?:response times?|answer times?|how (?:fast|quick(?:ly)?|slow|long)\b.{0,40}\b(?:answers?|responses?|repl(?:y|ies)))\b/i,
    ],
    lead: 'This is how long your organisation waited for answers in the last 30 days.',
    steps: [
      {
        tool: 'response_times',
        views: [
          metric('by_day', 'Answers', { field: 'answers', aggregate: 'sum' }),
          table('by_day', {
            as: { limit: 30, sort: [{ field: 'at', order: 'descending' }] },
            needs: 'answers',
          }),
          chart(
            'by_day',
            'Time of a whole answer (median) by day',
            'line',
            { x: { field: 'at', type: 'temporal' }, y: { field: 'whole_p50' } },
            { needs: 'whole_p50', none: 'No answer with a time ended in the last 30 days.' },
          ),
        ],
      },
    ],
  },
  {
    name: 'tenant_topics',
    agents: FIGURES_OF,
    asks: [
      /\b(?:topics?|themes?|subjects?|frequent (?:questions?|words?|terms?)|(?:ask(?:s|ed|ing)?|complain(?:s|ed|ing)?) about)\b/i,
    ],
    lead: 'These are the words that several users of your organisation used most in the questions of the last 30 days.',
    steps: [
      {
        tool: 'top_topics',
        views: [
          table('topics'),
          chart('topics', 'Questions by word', 'bar', {
            y: { field: 'term', sort: '-x' },
            x: { field: 'questions' },
          }),
        ],
      },
    ],
  },
  {
    name: 'tenant_feedback',
    agents: FIGURES_OF,
    asks: [/\b(?:feedback|ratings?|rated|thumbs|satisf(?:ied|action|y))\b/i],
    lead: 'This is how users of your organisation rated their answers in the last 30 days.',
    steps: [FEEDBACK],
  },
  {
    name: 'tenant_retention',
    agents: FIGURES_OF,
    asks: [/\b(?:retention|retain|cohorts?|churn|com(?:e|es|ing) back|returning users|leave us)\b/i],
    lead: 'This is how many users of the chat in your organisation come back.',
    steps: [RETENTION],
    lacks: [
      'These are users of this chat, not your customers: no data of customers is connected. Connect a crew for `customer_insights` in `CREW_AI_AGENTS` that can read it.',
    ],
  },
  {
    name: 'customer_figures',
    agents: ['customer_insights'],
    base: true,
    lead: 'I can show how the users of your organisation use this chat.',
    steps: [RETENTION, CONVERSATIONS, FEEDBACK],
    lacks: [
      'No data of your customers (a CRM, orders, surveys) is connected. Connect a crew for `customer_insights` in `CREW_AI_AGENTS` that can read it.',
    ],
  },
  {
    name: 'revenue',
    agents: ['revenue_optimizer'],
    base: true,
    lead: 'I cannot answer that with figures yet, and I do not make any up.',
    steps: [],
    lacks: [
      'No revenue data is connected: no orders, prices, costs or margins. Connect a crew for `revenue_optimizer` in `CREW_AI_AGENTS` that can read your shop or accounting.',
      'No language model is connected that could weigh options without figures. Set `OPENAI_API_KEY`, `ANTHROPIC_API_KEY` or `OPENAI_BASE_URL`.',
    ],
    next: ['Show our usage', 'What are our top topics?'],
  },
  {
    name: 'integrations',
    agents: ['integration_manager'],
    base: true,
    lead: 'I can quote how this service is connected with others.',
    steps: [{ tool: 'search_documents', with: (question) => ({ question: question.slice(0, 2000) }) }],
    lacks: [
      'No log of your connectors, webhooks or synchronisations is connected, so I cannot see why one fails. Connect a crew for `integration_manager` in `CREW_AI_AGENTS` that can read it.',
    ],
  },
];
