/** Starts the built service with a tool for every agent that gives twenty rows from memory. */
import { z } from 'zod';
import { LlmBackend } from '../dist/server/agents/backends/llm.backend.js';
import { Tool } from '../dist/server/agents/tools/tool.contract.js';
import { TOOLS } from '../dist/server/agents/tools/tools.js';

const NAME = 'bench_rows';
const ROWS = Array.from({ length: 20 }, (_, index) => ({ campaign: `Campaign ${index}`, leads: index * 7 }));

class BenchRowsTool extends Tool {
  manifest = {
    name: NAME,
    title: 'Looking at campaigns',
    description: 'Leads by campaign.',
    roles: ['user'],
    scope: 'own',
    effect: 'read',
    approval: false,
    timeout: 5000,
    budget: 1,
  };
  parameters = z.strictObject({});

  async run() {
    const columns = [
      { key: 'campaign', label: 'Campaign', type: 'text' },
      { key: 'leads', label: 'Leads', type: 'integer' },
    ];
    return { figures: { leads: { columns, rows: ROWS, source: 'bench', asOf: new Date() } } };
  }
}

if (typeof LlmBackend.prototype.toolsFor !== 'function') {
  throw new Error('LlmBackend.toolsFor is gone; see bench/service-with-tool.mjs');
}
LlmBackend.prototype.toolsFor = function toolsFor(_agents, turn) {
  return this.runner.usableBy(turn, [NAME]);
};
TOOLS.push(BenchRowsTool);

await import('../dist/server/main.js');
