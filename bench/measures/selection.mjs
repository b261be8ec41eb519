import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/run.mjs';
import { median } from '../lib/statistics.mjs';

const QUESTIONS = join(ROOT, 'test', 'agents', 'questions', 'tuning.json');
/** Passes over the questions that are not counted, so that the code is compiled. */
const WARM_UP = 5;
const PASSES = 20;

/** Time to choose the agent of a question, in milliseconds, without a model. */
export async function measureSelection(bench) {
  const choose = await selection();
  const questions = JSON.parse(readFileSync(QUESTIONS, 'utf8'));
  const values = [];
  const slow = [];
  for (let pass = 0; pass < WARM_UP; pass += 1) questions.forEach(choose);
  for (let round = 0; round < bench.rounds; round += 1) {
    const times = [];
    for (let pass = 0; pass < PASSES; pass += 1)
      times.push(...questions.map((question) => timed(choose, question)));
    times.sort((a, b) => a - b);
    values.push(median(times));
    slow.push(times[Math.floor(times.length * 0.99)]);
    bench.log(`  ${times.length} questions: median ${show(values.at(-1))} ms, p99 ${show(slow.at(-1))} ms`);
  }
  const text = 'time to choose the agent of a question, median';
  const aim = { max: 1, stage: 'first' };
  return [{ id: 'selection.median', text, unit: 'ms', values, aim, detail: { p99: median(slow) } }];
}

const show = (milliseconds) => milliseconds.toFixed(3);

function timed(choose, question) {
  const start = performance.now();
  choose(question);
  return performance.now() - start;
}

/** The selector of the built service, with its own definitions. Out: a function of a labelled question. */
async function selection() {
  const built = (path) => import(join(ROOT, 'dist', 'server', ...path.split('/')));
  const { DEFINITIONS_FOLDER, loadDefinitions } = await built('agents/agent-definitions.js');
  const { AgentRegistry } = await built('agents/agent-registry.service.js');
  const { RankedAgentSelector } = await built('agents/selection/ranked-agent.selector.js');
  const { AssistantsService } = await built('assistants/assistants.service.js');
  const { ChatConfig } = await built('config/config.js');
  const { parseEnv } = await built('config/env.schema.js');
  const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
  const assistants = new AssistantsService(registry);
  const selector = new RankedAgentSelector(registry, new ChatConfig(parseEnv({})));
  return ({ role, question, before = [] }) =>
    selector.select({
      assistant: assistants.forRole(role),
      question,
      recent: before.toReversed(),
      asked: null,
    });
}
