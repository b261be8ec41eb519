import { sampleDataset, sampleRow } from '../../../test/support/datasets.js';
import { refuseFigures } from './view-words.js';

const dataset = sampleDataset([sampleRow('HTTP 500', 7.2), sampleRow('Plan for 1,000 users', 9000)], {
  source: 'shop, last 365 days',
});

describe('the words around figures', () => {
  it.each([
    'Sales',
    'Top 10 regions',
    'The last 30 days',
    'Sales 2026 by region',
    'Latency p95 and p99',
    'Errors: HTTP 500',
    'The plan for 1,000 users',
    'The last 365 days',
    '5m averages',
    '24h',
    'Größe nach 3 Regionen',
    'Q3',
  ])('may be "%s"', (title) => expect(() => refuseFigures(dataset, [title])).not.toThrow());

  it.each([
    ['Sales of 9,000,000', '9,000,000'],
    ['Sales: €9', '€9'],
    ['Sales ($ 9)', '$ 9'],
    ['Up 300%', '300%'],
    ['Up 12 %', '12 %'],
    ['9M sold', '9M'],
    ['3 million sold', '3 million'],
    ['5x more', '5x'],
    ['Uptime 99.99', '99.99'],
    ['In all 7.2', '7.2'],
    ['In all 9000', '9000'],
    ['In all 101', '101'],
    ['٣٠٠٠ sold', '٣٠٠٠ sold'],
  ])('may not be "%s"', (title, figure) =>
    expect(() => refuseFigures(dataset, [undefined, title])).toThrow(
      expect.objectContaining({
        code: 'DATASET_VIEW_INVALID',
        detail: expect.stringContaining(`"${figure}"`),
      }),
    ),
  );
});
