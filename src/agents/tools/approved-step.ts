import { createHash } from 'node:crypto';
import { argumentSchema } from './argument-schema.js';
import type { Tool } from './tool.contract.js';

const DIGEST = 16;

/**
 * The step under which a call is done that a person agreed to. It names the tool as it was when they were asked: one
 * that means, takes or reaches something else has other steps, so that what was agreed to is never done by it.
 */
export function stepOf(tool: Tool, approvalId: string): string {
  return `${tool.manifest.name}.${digestOf(tool)}.${approvalId}`;
}

function digestOf({ manifest: { description, scope, effect }, parameters, origin }: Tool): string {
  const meaning = [description, scope, effect, argumentSchema(parameters), origin];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, DIGEST);
}
