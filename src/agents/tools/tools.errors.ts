import { AppError, defineErrors } from '../../common/errors/app-error.js';

export const ToolErrors = defineErrors({
  TOOL_NOT_PERMITTED: { status: 403, title: 'The tool may not be used' },
  TOOL_NEEDS_APPROVAL: { status: 409, title: 'A person has to agree to this call' },
  TOOL_CHANGED: { status: 409, title: 'The tool is another than the one that was agreed to' },
  TOOL_BUDGET_SPENT: {
    status: 429,
    title: 'The tool was used often enough for one answer',
    retriable: false,
  },
  TOOL_ARGUMENTS_INVALID: { status: 422, title: 'The arguments of the tool are not valid' },
  TOOL_FAILED: { status: 502, title: 'The tool failed' },
  TOOL_TIMEOUT: { status: 504, title: 'The tool took too long' },
});

/** In: a name, perhaps of a tool that exists. The sentence is the same where it does not, so that nothing is told. */
export function notPermitted(name: string): AppError {
  return new AppError(
    ToolErrors.TOOL_NOT_PERMITTED,
    `There is no tool ${JSON.stringify(name.slice(0, 64))} that may be used here. Do without it.`,
  );
}

export function needsApproval(name: string): AppError {
  return new AppError(
    ToolErrors.TOOL_NEEDS_APPROVAL,
    `A person has to agree to every call of ${name}, with its exact arguments.`,
  );
}

export function toolChanged(name: string): AppError {
  return new AppError(
    ToolErrors.TOOL_CHANGED,
    `${name} changed since the user was asked about this call, so it was not done. Call it again to ask anew.`,
  );
}

/** In: how many calls one answer has. */
export function budgetSpent(name: string, budget: number): AppError {
  return new AppError(
    ToolErrors.TOOL_BUDGET_SPENT,
    `${name} runs at most ${budget} times in one answer. Use what it gave before.`,
  );
}

/** In: a sentence that says which argument is wrong. */
export function argumentsInvalid(name: string, detail: string): AppError {
  return new AppError(ToolErrors.TOOL_ARGUMENTS_INVALID, `The arguments of ${name} are not valid. ${detail}`);
}

/** In: whether the tool may have changed something, so that nobody says it was not done. */
export function toolFailed(name: string, writes: boolean, cause: unknown): AppError {
  return new AppError(ToolErrors.TOOL_FAILED, `${name} failed. ${outcomeOf(writes)}`, { cause });
}

/** In: milliseconds, and whether the tool may have changed something. */
export function toolTimeout(name: string, writes: boolean, timeout: number): AppError {
  return new AppError(
    ToolErrors.TOOL_TIMEOUT,
    `${name} did not end within ${Math.ceil(timeout / 1000)} seconds. ${outcomeOf(writes)}`,
  );
}

function outcomeOf(writes: boolean): string {
  return writes ? 'Nobody knows whether it was done; it is not tried again.' : 'It gave nothing.';
}
