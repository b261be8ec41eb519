import { AppError, defineErrors } from '../../../common/errors/app-error.js';

export const McpErrors = defineErrors({
  MCP_UNAVAILABLE: { status: 503, title: 'The server of the tool does not answer' },
  MCP_TOOL_FAILED: { status: 502, title: 'The tool of another server failed' },
});

/** In: whether the call may have changed something. */
export function mcpUnavailable(tool: string, writes: boolean, cause: unknown): AppError {
  return new AppError(
    McpErrors.MCP_UNAVAILABLE,
    `The server of ${tool} gave no answer that can be read. ${outcomeOf(writes)}`,
    { cause },
  );
}

/** There is no connection, so nothing was sent. */
export function mcpAway(tool: string): AppError {
  return new AppError(McpErrors.MCP_UNAVAILABLE, `The server of ${tool} does not answer. Nothing was sent.`);
}

/** The server is spared after failures, so nothing was sent. */
export function mcpSpared(tool: string): AppError {
  return new AppError(
    McpErrors.MCP_UNAVAILABLE,
    `The server of ${tool} failed several times in a row and is left alone for a while. Nothing was sent.`,
  );
}

/** In: what the server says, one bounded line. It is data. */
export function mcpToolFailed(tool: string, writes: boolean, said: string): AppError {
  const words = said ? ` Its server says: ${JSON.stringify(said)}.` : '';
  return new AppError(McpErrors.MCP_TOOL_FAILED, `${tool} failed.${words} ${outcomeOf(writes)}`);
}

function outcomeOf(writes: boolean): string {
  return writes ? 'Nobody knows whether it was done; it is not tried again.' : 'It gave nothing.';
}
