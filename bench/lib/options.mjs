import { parseArgs } from 'node:util';
import { StepError } from '../../scripts/lib/run.mjs';

const FULL = {
  atOnce: [1, 50, 200],
  seconds: 3,
  questions: 200,
  crewCalls: 1000,
  sockets: 1000,
  live: [20, 50, 100, 150, 200, 300, 400, 500],
  liveSeconds: 5,
  liveWarmUp: 10,
  workers: [1, 2, 4],
  workersAtOnce: 50,
  crossUsers: 10,
  crossAnswers: 4,
  published: 300,
  resumes: 30,
  resumeTokens: 2000,
  resumeDelay: 10,
  durableAtOnce: 50,
  durableLive: 50,
  durableQuestions: 200,
  flushes: 300,
  filled: { messages: 1_000_000, sessions: 20_000 },
  filledSends: 300,
  filledRest: 10_000,
  toldAfter: 11_000,
  filledPages: 100,
  openings: 5,
  streamMessages: 1000,
  streamTokens: 2000,
};
const QUICK = {
  atOnce: [1, 50],
  seconds: 0.5,
  questions: 50,
  crewCalls: 100,
  sockets: 200,
  live: [20, 50],
  liveSeconds: 1.5,
  liveWarmUp: 4,
  workers: [1, 2],
  workersAtOnce: 20,
  crossUsers: 5,
  crossAnswers: 1,
  published: 50,
  resumes: 3,
  resumeTokens: 500,
  resumeDelay: 4,
  durableAtOnce: 20,
  durableLive: 10,
  durableQuestions: 20,
  flushes: 20,
  filled: { messages: 4000, sessions: 80 },
  filledSends: 50,
  filledRest: 1000,
  toldAfter: 200,
  filledPages: 10,
  openings: 1,
  streamMessages: 60,
  streamTokens: 200,
};

/** A measure that is taken only when asked for, and in a run of its own. */
const ALONE = 'million';

export const HELP = `npm run bench [-- options]
  --quick          a small run: shows that everything works, not how fast it is
  --only NAME      one measure; may be given more than once; million, which fills a database, is left out otherwise
  --rounds N       how often each measure is repeated (5; 3 where processes are started anew)
  --profile        records where the service spends its time, and says where the files are
  --memory         keeps a PostgreSQL of the bench's own in memory: what disks cost is then left out
  --help`;

/** In: command line arguments, and the names of the measures. Out: what to do. Throws a sentence for a wrong one. */
export function readOptions(args, names) {
  const { values } = parse(args);
  const only = values.only ?? names.filter((name) => name !== ALONE);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown) throw new StepError(`There is no measure ${unknown}. There are: ${names.join(', ')}.`);
  if (only.includes(ALONE) && only.length > 1) {
    throw new StepError(`${ALONE} fills the database of its run: give it alone.`);
  }
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new StepError('--rounds takes a whole number from 1 on.');
  }
  return {
    help: values.help,
    only,
    profile: values.profile,
    memory: values.memory,
    sizes: values.quick ? QUICK : FULL,
    results: values.quick ? 'results-quick.json' : 'results.json',
    roundsOf: (usual) => rounds ?? (values.quick ? 1 : usual),
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        profile: { type: 'boolean', default: false },
        memory: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new StepError(`${error.message}\n${HELP}`);
  }
}
