import type { AnalyticsReport } from '../../../../src/monitoring/analytics/report.contract.js';
import type { DataPart } from '../../client/wire.js';

/** In: a report, and how its origin is called. Out: what each model did and cost, as a table. */
export function modelsOf(report: AnalyticsReport, source: string): Extract<DataPart, { type: 'table' }> {
  const { models, currency, from, to, as_of } = report;
  const count = { type: 'integer', format: ',.0f' } as const;
  return {
    type: 'table',
    dataset_id: `models_${from}_${to}`,
    source,
    as_of,
    columns: [
      { key: 'model', label: 'Model', type: 'text' },
      { key: 'provider', label: 'Provider', type: 'text' },
      { key: 'answers', label: 'Answers', ...count },
      { key: 'input', label: 'Tokens in', ...count },
      { key: 'output', label: 'Tokens out', ...count },
      { key: 'cost', label: `Cost (${currency})`, type: 'number' },
    ],
    rows: models.map((one) => ({
      model: one.model ?? 'without a model',
      provider: one.provider,
      answers: one.answers,
      input: one.input_tokens,
      output: one.output_tokens,
      cost: one.cost,
    })),
    total: models.length,
  };
}
