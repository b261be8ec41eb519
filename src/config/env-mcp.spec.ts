import { McpConfig } from './config.js';
import { isNear } from './env-mcp.js';
import { parseEnv } from './env.schema.js';

const parsed = (servers: unknown, more: Record<string, string> = {}) =>
  new McpConfig(
    parseEnv({ MCP_SERVERS: typeof servers === 'string' ? servers : JSON.stringify(servers), ...more }),
  ).servers;
const crm = { name: 'crm', url: 'https://crm.example.com/mcp', roles: ['user'] };

describe('MCP_SERVERS', () => {
  it('has what was given, and careful defaults', () => {
    expect(parsed([crm])).toEqual([
      {
        ...crm,
        ...{ headers: {}, write_tools: [], trust_annotations: false, timeout_s: 30, budget: 4 },
      },
    ]);
  });

  it('takes secrets from other variables', () => {
    const headers = { authorization: 'Bearer ${MCP_CRM_TOKEN}', 'x-team': 'blue' };
    expect(parsed([{ ...crm, headers }], { MCP_CRM_TOKEN: 'abc' })[0]?.headers).toEqual({
      authorization: 'Bearer abc',
      'x-team': 'blue',
    });
  });

  it.each([
    ['no JSON', 'canary', /MCP_SERVERS/],
    ['no role', [{ ...crm, roles: [] }], /0\.roles/],
    ['an unknown field', [{ ...crm, command: 'canary' }], /command/],
    ['a name twice', [crm, crm], /name twice/],
    ['another scheme', [{ ...crm, url: 'file:///canary' }], /0\.url/],
    ['a user name', [{ ...crm, url: 'https://canary:x@example.com' }], /0\.url/],
    ['a variable that is not set', [{ ...crm, headers: { a: '${MCP_NONE}' } }], /MCP_NONE, which is not set/],
    ['a secret of another part', [{ ...crm, headers: { a: '${JWT_SECRET}' } }], /begin with MCP_/],
    ['two lines', [{ ...crm, headers: { a: 'canary\r\nb: c' } }], /one line/],
  ])('refuses %s at the start, and tells no value', (_, servers, message) => {
    const start = () => parsed(servers, { JWT_SECRET: 'canary'.repeat(8) });
    expect(start).toThrow(message);
    expect(start).not.toThrow(/canary/);
  });

  it('names every mistake at once', () => {
    const bad = [
      { ...crm, roles: ['boss'] },
      { ...crm, name: 'A', budget: 0 },
    ];
    for (const place of [/0\.roles/, /1\.name/, /1\.budget/]) expect(() => parsed(bad)).toThrow(place);
  });

  it('wants https in production, but for this machine and private networks', () => {
    const at = (url: string) => () =>
      parsed([{ ...crm, url }], { ENV: 'production', AUTH_SERVICE_URL: 'http://auth:3002' });
    expect(at('http://crm.example.com/mcp')).toThrow(/must be https/);
    expect(at('http://crm:8080/mcp')).not.toThrow();
    const near = ['localhost', '127.0.0.1', '10.1.2.3', '[::1]', 'crm', 'crm.default.svc.cluster.local'];
    expect(near.map((host) => isNear(`http://${host}/`))).toEqual(near.map(() => true));
    const far = ['10.example.com', '8.8.8.8', '172.32.0.1', '[2001:db8::1]', '127.0.0.1.example.com'];
    expect(far.map((host) => isNear(`http://${host}/`))).toEqual(far.map(() => false));
  });
});
