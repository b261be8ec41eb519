import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV } from '../support/client.js';

const PROBLEM = 'application/problem+json';
const PRODUCTION = { ENV: 'production', JWT_SECRET: 'a secret of more than thirty-two bytes, made for this' };
const PATHS = ['/chat/docs', '/chat/docs-json', '/chat/asyncapi.json'];

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly spec: any;
}

function operationsOf(document: any): Operation[] {
  return Object.entries<any>(document.paths).flatMap(([path, item]) =>
    Object.entries<any>(item).map(([method, spec]) => ({ method: method.toUpperCase(), path, spec })),
  );
}

function references(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, child]) =>
    name === '$ref' && typeof child === 'string' ? [child] : references(child),
  );
}

function resolve(document: unknown, pointer: string): unknown {
  return pointer
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
}

const successOf = ({ spec }: Operation): any =>
  Object.entries<any>(spec.responses).find(([status]) => status.startsWith('2'))?.[1];
const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;
const named = (operations: Operation[]): string[] => operations.map(nameOf);

describe('the documentation of the service', () => {
  let app: RunningApp;
  let document: any;
  let operations: Operation[];

  beforeAll(async () => {
    app = await startApp(AUTH_ENV);
    document = await (await fetch(`${app.url}/chat/docs-json`)).json();
    operations = operationsOf(document);
  });
  afterAll(() => app?.close());

  it('has the routes of the chat', () => {
    expect(named(operations).map((name) => name.replace(/\{\w+\}/g, '{}'))).toEqual(
      expect.arrayContaining([
        'GET /',
        'GET /health',
        'GET /metrics',
        'GET /chat/assistants',
        'POST /chat/message',
        'GET /chat/history/{}',
        'GET /chat/sessions',
        'DELETE /chat/session/{}',
        'POST /chat/runs/{}/stop',
        'POST /chat/runs/{}/retry',
      ]),
    );
  });

  it('gives every route a summary and an answer with a schema', () => {
    expect(named(operations.filter(({ spec }) => !spec.summary))).toEqual([]);
    const withoutSchema = operations.filter((operation) => {
      const media: any[] = Object.values(successOf(operation)?.content ?? {});
      return media.length === 0 || media.some(({ schema }) => !schema || Object.keys(schema).length === 0);
    });
    expect(named(withoutSchema)).toEqual([]);
  });

  it('gives every route its error bodies', () => {
    const lacking = operations.filter(({ path, spec }) => {
      const needed = ['429', '500', ...(spec.security ? ['401'] : [])];
      const errors = Object.entries<any>(spec.responses).filter(([status]) => Number(status) >= 400);
      const guarded = spec.security?.some((scheme: object) => 'bearer' in scheme);
      return (
        needed.some((status) => !spec.responses[status]) ||
        (guarded && !spec.responses['403']) ||
        (spec.requestBody && !spec.responses['400']) ||
        errors.some(
          ([status, { content }]) =>
            !(path.startsWith('/health') && status === '503') &&
            content?.[PROBLEM]?.schema?.$ref !== '#/components/schemas/ErrorBody',
        )
      );
    });
    expect(named(lacking)).toEqual([]);
  });

  it('describes every parameter and body', () => {
    const lacking = operations.filter(
      ({ path, spec }) =>
        (spec.parameters ?? []).some(
          ({ name, schema }: any) => !name || !schema || Object.keys(schema).length === 0,
        ) ||
        [...path.matchAll(/\{(\w+)\}/g)].some(
          ([, name]) => !(spec.parameters ?? []).some((one: any) => one.in === 'path' && one.name === name),
        ) ||
        (spec.requestBody && !Object.values<any>(spec.requestBody.content).every(({ schema }) => schema)),
    );
    expect(named(lacking)).toEqual([]);
  });

  it('points at nothing that is not there', () => {
    const pointers = references(document);
    expect(pointers.length).toBeGreaterThan(50);
    expect(pointers.filter((pointer) => resolve(document, pointer) === undefined)).toEqual([]);
  });

  it('tells the truth about tokens: a route needs one exactly where the document says so', async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      const url = app.url + operation.path.replace(/\{\w+\}/g, '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11');
      const response = await fetch(url, { method: operation.method });
      await response.body?.cancel();
      const guarded = operation.spec.security?.some((scheme: object) => 'bearer' in scheme) ?? false;
      if ((response.status === 401) !== guarded) wrong.push(`${nameOf(operation)}: ${response.status}`);
    }
    expect(wrong).toEqual([]);
  });

  it('describes the sockets, and points at nothing that is not there', async () => {
    const asyncApi: any = await (await fetch(`${app.url}/chat/asyncapi.json`)).json();
    expect(asyncApi.asyncapi).toBe('3.0.0');
    expect(Object.values<any>(asyncApi.channels).map(({ address }) => address)).toEqual(
      expect.arrayContaining(['/chat/socket.io', '/chat/ws/{session_id}']),
    );
    const names = Object.values<any>(asyncApi.components.messages).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['message:send', 'session:join', 'answer']));
    const pointers = references(asyncApi);
    expect(pointers.length).toBeGreaterThan(20);
    expect(pointers.filter((pointer) => resolve(asyncApi, pointer) === undefined)).toEqual([]);
  });

  it('has a page that loads all it needs from the service', async () => {
    const page = await fetch(`${app.url}/chat/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe/);
    for (const [, asset] of (await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)) {
      const found = await fetch(new URL(asset ?? '', `${app.url}/chat/docs`));
      await found.body?.cancel();
      expect([asset, found.status]).toEqual([asset, 200]);
    }
  });
});

describe('the documentation in production', () => {
  it('is not found', async () => {
    const app = await startApp(PRODUCTION);
    try {
      for (const path of PATHS) {
        const response = await fetch(app.url + path);
        expect(response.status).toBe(404);
        expect(response.headers.get('content-type')).toContain(PROBLEM);
        expect(await response.json()).toMatchObject({ code: 'NOT_FOUND', status: 404 });
      }
    } finally {
      await app.close();
    }
  });

  it('is there when it was asked for', async () => {
    const app = await startApp({ ...PRODUCTION, ENABLE_DOCS: 'true' });
    try {
      for (const path of PATHS) expect((await fetch(app.url + path)).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});
