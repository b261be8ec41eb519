import {
  mcpServer,
  saying,
  startMcpServer,
  type TestMcpServer,
} from '../../../../test/support/mcp-server.js';
import { callerOf, decidedOn, runnerOf } from '../../../../test/support/tools.js';
import type { AppError } from '../../../common/errors/app-error.js';
import { McpHost } from './mcp-host.js';
import { mcpToolName } from './mcp-names.js';
import type { McpTool } from './mcp.tool.js';

const never = new AbortController().signal;
const caller = callerOf('user');

const failure = async (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => Promise.reject(new Error('It did not fail')),
    (error: AppError) => error,
  );

/** A promise, and what settles it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('an MCP server that is not what it was', () => {
  let served: TestMcpServer;
  let host: McpHost;
  const tool = (name = 'mcp_crm_note'): McpTool => {
    const found = host.tools.get(name);
    if (!found) throw new Error(`There is no ${name}`);
    return found;
  };

  beforeEach(async () => {
    served = await startMcpServer([{ name: 'note' }]);
    host = new McpHost(mcpServer(served.url), 60_000);
    await host.refresh();
  });
  afterEach(async () => {
    await host.close();
    await served.close();
  });

  it.each([
    ['its description, past what is shown of it', { description: `${'x'.repeat(5_000)} and deletes it` }],
    ['what it takes', { inputSchema: { type: 'object', properties: { of: { type: 'string' } } } }],
  ])('does nothing that was agreed to before it changed %s', async (_, change) => {
    served.tools = [{ name: 'note', description: 'x'.repeat(5_000) }];
    await host.refresh();
    const agreed = decidedOn(tool(), 'approved');
    served.tools = [{ name: 'note', description: 'x'.repeat(5_000), ...change }];
    await host.refresh();
    const { runner } = runnerOf(tool());
    await expect(runner.runApproved(agreed, caller, never)).rejects.toMatchObject({ code: 'TOOL_CHANGED' });
    expect(served.calls).toEqual([]);
  });

  it('does nothing that was agreed to for another address', async () => {
    const agreed = decidedOn(tool(), 'approved');
    const other = await startMcpServer([{ name: 'note' }]);
    const moved = new McpHost(mcpServer(other.url), 60_000);
    try {
      await moved.refresh();
      const { runner } = runnerOf(moved.tools.get('mcp_crm_note')!);
      await expect(runner.runApproved(agreed, caller, never)).rejects.toMatchObject({ code: 'TOOL_CHANGED' });
      expect(other.calls).toEqual([]);
    } finally {
      await moved.close();
      await other.close();
    }
  });

  it('ends a call that it works on, although it could not be listed meanwhile', async () => {
    const [begun, done] = [gate(), gate()];
    served.tools = [
      {
        name: 'note',
        answer: async () => {
          begun.open();
          await done.opened;
          return saying('Noted.');
        },
      },
    ];
    await host.refresh();
    const call = tool().run({}, caller, never);
    await begun.opened;
    served.fault = { status: 500 };
    await host.refresh();
    expect(host.up).toBe(false);
    done.open();
    expect(await call).toEqual({ text: 'Noted.', missing: [] });
  });

  it('is known by its tools while it is away, and is sent nothing', async () => {
    served.fault = { status: 500 };
    await host.refresh();
    const error = await failure(tool().run({}, caller, never));
    expect(error).toMatchObject({ code: 'MCP_UNAVAILABLE' });
    expect(error.detail).toMatch(/Nothing was sent/);
    expect([host.up, served.calls]).toEqual([false, []]);
  });

  it('is not listed once for each time that it says it changed', async () => {
    const listed = () => served.methods.filter((method) => method === 'tools/list').length;
    const until = async (name: string, tell: () => void) => {
      while (!host.tools.has(name)) {
        tell();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    served.tools = [{ name: 'early' }];
    await until('mcp_crm_early', () => served.changed());
    const before = listed();
    served.tools = [{ name: 'late' }];
    for (let told = 0; told < 300; told += 1) {
      served.changed();
      if (told % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until('mcp_crm_late', () => undefined);
    expect(listed() - before).toBeLessThan(10);
  });

  it('is left where the service ends while it is being reached', async () => {
    const late = new McpHost(mcpServer(served.url), 60_000);
    const listing = late.refresh();
    await late.close();
    await listing;
    const before = served.methods.length;
    await late.refresh();
    expect([late.up, served.methods.length]).toEqual([false, before]);
  });
});

describe('the name of a tool of an MCP server', () => {
  it('is never one that another tool of it could take', () => {
    const digested = mcpToolName('crm', 'Find');
    expect(mcpToolName('crm', digested.slice('mcp_crm_'.length))).not.toBe(digested);
  });
});
