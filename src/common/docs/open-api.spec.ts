import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { z } from 'zod';
import { defineErrors } from '../errors/app-error.js';
import { ApiRoute } from '../http/api-route.decorator.js';
import { DocsModule } from './docs.module.js';
import { buildOpenApi, setupOpenApi } from './open-api.js';

const Errors = defineErrors({
  THING_NOT_FOUND: { status: 404, title: 'No such thing' },
  THING_GONE: { status: 404, title: 'The thing is gone' },
});
const AuthErrors = defineErrors({ TOKEN_NEEDED: { status: 401, title: 'A token is needed' } });
const NewThing = z
  .strictObject({ name: z.string().max(10), size: z.int().default(1) })
  .meta({ id: 'NewThing', example: { name: 'a' } });
const Thing = z.object({ id: z.uuid(), name: z.string() }).meta({ id: 'Thing' });
const ThingId = z.object({ id: z.uuid() });
const Page = z.object({ limit: z.coerce.number().int().max(200).default(20) }).meta({ id: 'Page' });

@Controller('things')
class ThingsController {
  @Post()
  @ApiRoute({ summary: 'Makes a thing', response: Thing, status: 201, example: { id: '1', name: 'a' } })
  make(@Body({ schema: NewThing }) body: z.infer<typeof NewThing>): unknown {
    return body;
  }

  @Get(':id')
  @ApiRoute({
    summary: 'Reads a thing',
    response: Thing,
    errors: [Errors.THING_NOT_FOUND, Errors.THING_GONE],
  })
  read(@Param({ schema: ThingId }) _id: unknown, @Query({ schema: Page }) _page: unknown): unknown {
    return {};
  }

  @Get()
  @ApiRoute({ summary: 'Open to everybody', response: z.array(Thing), public: true })
  list(): unknown {
    return [];
  }
}

@Module({ imports: [DocsModule.forRoot({ channels: [] })], controllers: [ThingsController] })
class ThingsModule {}

describe('the OpenAPI document', () => {
  let app: NestExpressApplication;
  let document: any;

  beforeAll(async () => {
    app = await NestFactory.create<NestExpressApplication>(ThingsModule, { logger: false });
    setupOpenApi(app, { docs: true }, '1.2.3');
    await app.listen(0, '127.0.0.1');
    document = JSON.parse(JSON.stringify(buildOpenApi(app, '1.2.3', Object.values(AuthErrors))));
  });
  afterAll(() => app.close());

  it('names bodies and answers by their schemas, with examples', () => {
    const operation = document.paths['/things'].post;
    expect(operation.requestBody.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/NewThing',
    });
    expect(operation.responses['201'].content['application/json']).toEqual({
      schema: { $ref: '#/components/schemas/Thing' },
      example: { id: '1', name: 'a' },
    });
    expect(document.components.schemas.NewThing).toMatchObject({
      additionalProperties: false,
      required: ['name'],
      example: { name: 'a' },
    });
  });

  it('lists parameters one by one, also those of a named schema', () => {
    const { parameters } = document.paths['/things/{id}'].get;
    expect(parameters.map(({ name, in: place, required }: any) => [name, place, required])).toEqual(
      expect.arrayContaining([
        ['id', 'path', true],
        ['limit', 'query', false],
      ]),
    );
    expect(parameters).toHaveLength(2);
  });

  it('gives every route its errors, grouped by status, with an example for each code', () => {
    const { responses } = document.paths['/things/{id}'].get;
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '404', '429', '500']);
    expect(responses['404'].content['application/problem+json']).toMatchObject({
      schema: { $ref: '#/components/schemas/ErrorBody' },
      examples: {
        THING_NOT_FOUND: { value: { code: 'THING_NOT_FOUND', status: 404 } },
        THING_GONE: { value: { code: 'THING_GONE' } },
      },
    });
    expect(responses['401'].content['application/problem+json'].examples).toHaveProperty('TOKEN_NEEDED');
    expect(document.components.schemas.ErrorBody.required).toContain('code');
  });

  it('asks for a token except where everybody may call', () => {
    expect(document.paths['/things/{id}'].get.security).toEqual([{ bearer: [] }]);
    const open = document.paths['/things'].get;
    expect(open.security).toBeUndefined();
    expect(Object.keys(open.responses)).toEqual(['200', '429', '500']);
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it('tells the status that the handler really answers with', async () => {
    const answer = await fetch(`${await app.getUrl()}/things`, { method: 'POST' });
    expect(answer.status).toBe(201);
  });

  it('comes with a page that runs under a policy without inline code', async () => {
    const base = await app.getUrl();
    for (const path of ['/chat/docs', '/chat/docs/']) {
      const page = await fetch(base + path);
      const html = await page.text();
      expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
      expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=/);
      for (const [, asset] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
        const found = await fetch(new URL(asset ?? '', base + path));
        expect([asset, found.status]).toEqual([asset, 200]);
        await found.body?.cancel();
      }
    }
    expect(await (await fetch(`${base}/chat/docs-json`)).json()).toMatchObject({
      info: { version: '1.2.3' },
    });
    expect(await (await fetch(`${base}/chat/asyncapi.json`)).json()).toMatchObject({ asyncapi: '3.0.0' });
  });

  it('is not served where it is switched off', async () => {
    const closed = await NestFactory.create<NestExpressApplication>(ThingsModule, { logger: false });
    setupOpenApi(closed, { docs: false });
    await closed.listen(0, '127.0.0.1');
    for (const path of ['/chat/docs', '/chat/docs-json', '/chat/asyncapi.json']) {
      expect((await fetch((await closed.getUrl()) + path)).status).toBe(404);
    }
    await closed.close();
  });
});
