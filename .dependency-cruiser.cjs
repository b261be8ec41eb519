/**
 * Who may import whom. Every rule says why.
 * test/architecture/arrows.spec.ts shows that each of them refuses what it is there for.
 */

/** Rooms that every feature may use. They import no feature themselves. */
const GROUND = ['common', 'config', 'database', 'redis', 'audit', 'monitoring/metrics'];

/** Feature -> what it may import besides itself and the ground. Deleting a feature deletes its row. */
const FEATURES = {
  auth: [],
  assistants: ['auth'],
  llm: ['auth'],
  conversations: ['auth'],
  datasets: ['auth'],
  usage: ['auth'],
  files: ['auth', 'datasets'],
  memory: ['auth', 'llm', 'conversations'],
  crewai: ['auth', 'datasets'],
  runs: ['auth'],
  widget: ['auth'],
  monitoring: [
    ...['auth', 'assistants', 'llm', 'conversations', 'datasets', 'usage', 'files'],
    ...['memory', 'crewai', 'runs', 'widget'],
  ],
  agents: [
    ...['auth', 'assistants', 'llm', 'crewai', 'memory', 'conversations'],
    ...['datasets', 'files', 'usage', 'monitoring'],
  ],
  chat: ['auth', 'runs', 'agents', 'assistants', 'conversations', 'memory', 'files', 'usage'],
  privacy: [
    ...['auth', 'assistants', 'llm', 'conversations', 'datasets', 'usage', 'files'],
    ...['memory', 'crewai', 'runs', 'agents', 'chat', 'monitoring'],
  ],
};

const BASE = {
  common: [],
  config: ['common'],
  database: ['common', 'config'],
  redis: ['common', 'config'],
  audit: ['common', 'config', 'database', 'redis', 'auth'],
  'monitoring/metrics': ['common', 'config', 'database', 'redis'],
};

const ROOT_FILES = ['^src/(main|app\\.module|app\\.factory)\\.ts$', '^src/boot/'];
const SPEC = '\\.spec\\.tsx?$';
const under = (rooms) => rooms.map((room) => `^src/${room}/`);

const featureRules = Object.entries(FEATURES).map(([feature, others]) => ({
  name: `arrow-${feature}`,
  severity: 'error',
  comment: `${feature} may import ${[...others, ...GROUND].join(', ')} and itself. Another import needs a new arrow here, and a reason.`,
  from: { path: `^src/${feature}/`, pathNot: [SPEC, '^src/monitoring/metrics/'] },
  to: { path: '^src/', pathNot: [...under([feature, ...others, ...GROUND]), '^src/audit/'] },
}));

const baseRules = Object.entries(BASE).map(([room, others]) => ({
  name: `ground-${room.replace('/', '-')}`,
  severity: 'error',
  comment: `${room} lies below the features: it may import ${others.join(', ') || 'nothing of ours'}, or every feature would hang together through it.`,
  from: { path: `^src/${room}/`, pathNot: SPEC },
  to: { path: '^src/', pathNot: under([room, ...others]) },
}));

/** A package that only some files may import. */
const only = (name, packages, places, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^src/', pathNot: [...places, SPEC] },
  to: { path: packages.map((one) => `node_modules/${one}/`) },
});

const packageRules = [
  only(
    'typeorm-stays-below',
    ['typeorm'],
    ['\\.entity\\.ts$', '\\.repository\\.ts$', '^src/database/'],
    'Only entities, repositories and database/ know TypeORM, so that a query is found where queries are.',
  ),
  only(
    'nestjs-typeorm-stays-below',
    ['@nestjs/typeorm'],
    ['\\.module\\.ts$', '\\.repository\\.ts$', '^src/database/'],
    'Entities are registered in modules and injected into repositories; services talk to repositories.',
  ),
  only(
    'pg-in-database',
    ['pg'],
    ['^src/database/'],
    'Features reach the database through Scope alone; a client of their own would pass by row-level security.',
  ),
  only(
    'langchain-in-llm-and-agents',
    ['@langchain/[^/]+'],
    ['^src/llm/', '^src/agents/'],
    'The model layer stays behind its port, so that it can be made faster or exchanged.',
  ),
  only(
    'sockets-in-gateways',
    ['socket\\.io', 'ws'],
    ['\\.gateway\\.ts$', '\\.adapter\\.ts$', '^src/chat/(sockets|raw)/', '^src/common/'],
    'No transport owns business logic: only gateways, the folders of their two kinds and common/ know sockets.',
  ),
  only(
    'redis-in-redis',
    ['redis', 'keyv', 'cache-manager', 'cache-manager-redis-yet', '@nestjs/cache-manager'],
    ['^src/redis/'],
    'One client, one cache, one fan-out port; everything in Redis may vanish, and only redis/ deals with that.',
  ),
];

/** Inside a feature: controller, gateway -> service -> repository -> entity. */
const layerRules = [
  {
    name: 'edges-call-services',
    severity: 'error',
    comment: 'A controller or gateway calls a service; repositories and entities are the service’s affair.',
    from: { path: '\\.(controller|gateway)\\.ts$' },
    to: { path: '\\.(repository|entity)\\.ts$' },
  },
  {
    name: 'nothing-calls-the-edge',
    severity: 'error',
    comment: 'Services, repositories and entities do not know how they are reached.',
    from: { path: '\\.(service|repository|entity|contract|errors)\\.ts$' },
    to: { path: '\\.(controller|gateway)\\.ts$' },
  },
  {
    name: 'repositories-know-entities-only',
    severity: 'error',
    comment: 'A repository is below the services, an entity is below the repositories.',
    from: { path: '\\.(repository|entity)\\.ts$' },
    to: { path: '\\.(service|module)\\.ts$' },
  },
  {
    name: 'no-foreign-entity-or-repository',
    severity: 'error',
    comment:
      'Across features only services, contracts and their like are imported, never another’s tables or edge.',
    from: { path: '^src/([^/]+)/', pathNot: SPEC },
    to: { path: '^src/[^/]+/.*\\.(entity|repository|controller|gateway)\\.ts$', pathNot: '^src/$1/' },
  },
];

const generalRules = [
  {
    name: 'no-cycles',
    severity: 'error',
    comment: 'Two files that need each other are one file, or lack a third.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'nothing-unresolvable',
    severity: 'error',
    comment: 'An import that leads nowhere fails at run time.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'src-ships-without-dev-dependencies',
    severity: 'error',
    comment: 'The image is installed with npm ci --omit=dev.',
    from: { path: '^src/', pathNot: SPEC },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'src-does-not-import-tests',
    severity: 'error',
    comment: 'Specs, fakes and harnesses never reach production.',
    from: { path: '^(src|widget/src)/', pathNot: SPEC },
    to: { path: [SPEC, '^(test|bench|scripts)/'] },
  },
  {
    name: 'root-wires-modules-only',
    severity: 'error',
    comment:
      'app.module.ts is the composition root, the only file that imports every feature, by its module.',
    from: { path: '^src/', pathNot: [...ROOT_FILES, SPEC] },
    to: { path: ROOT_FILES },
  },
  {
    name: 'widget-knows-contracts-only',
    severity: 'error',
    comment: 'The browser package shares types with the service, never code.',
    from: { path: '^widget/', pathNot: SPEC },
    to: { path: '^src/', pathNot: '\\.contract\\.ts$' },
  },
  {
    name: 'widget-takes-types-only',
    severity: 'error',
    comment: 'A contract imported as a value would bring the schemas of the server into every page.',
    from: { path: '^widget/', pathNot: SPEC },
    to: { path: '^src/', dependencyTypesNot: ['type-only'] },
  },
];

module.exports = {
  forbidden: [...featureRules, ...baseRules, ...packageRules, ...layerRules, ...generalRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
