import { readFileSync } from 'node:fs';

const SHOWN = 20;
const SERVICE = /\/dist\/server\/(.*)$/;
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/;
/** The profiler's own work, and waiting. */
const NOT_WORK = new Set(['(idle)', '(root)', 'dispatch']);

/**
 * In: a .cpuprofile file. Out: lines that say where the processor time went, in percent of the busy time: to whom the
 * running code belonged, and which function of the service it was called from, directly or through packages.
 */
export function summarize(file) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const id of node.children ?? []) byId.get(id).parent = node;
  const owners = new Map();
  const callers = new Map();
  let busy = 0;
  samples.forEach((id, index) => {
    const node = byId.get(id);
    const { functionName, url } = node.callFrame;
    if (NOT_WORK.has(functionName) && url === '') return;
    const time = timeDeltas[index];
    busy += time;
    add(owners, ownerOf(node.callFrame), time);
    add(callers, callerOf(node), time);
  });
  return [
    '  by owner of the code',
    ...top(owners, busy),
    '  by function of the service',
    ...top(callers, busy),
  ];
}

function add(times, key, time) {
  times.set(key, (times.get(key) ?? 0) + time);
}

function ownerOf({ functionName, url }) {
  const inPackage = PACKAGE.exec(url);
  if (inPackage) return inPackage[1];
  if (SERVICE.test(url)) return 'the service itself';
  return url.startsWith('node:') ? 'Node' : `engine: ${functionName}`;
}

/** The nearest function of the service up the stack; else the outermost package, which a timer or a socket called. */
function callerOf(node) {
  let outermost = 'Node and engine';
  for (let at = node; at; at = at.parent) {
    const { functionName, url, lineNumber } = at.callFrame;
    const inService = SERVICE.exec(url);
    if (inService) return `${functionName || 'anonymous'} (${inService[1]}:${lineNumber + 1})`;
    const inPackage = PACKAGE.exec(url);
    if (inPackage) outermost = `from outside, in ${inPackage[1]}`;
  }
  return outermost;
}

function top(times, busy) {
  return [...times]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([name, time]) => `    ${((time / busy) * 100).toFixed(1).padStart(5)} %  ${name}`);
}
