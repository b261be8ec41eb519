import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Request, Response, Router } from 'express';

const PAGE = '/chat/docs';
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** No inline script or style is needed, nor any other host. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const STYLE = 'body { margin: 0; background: #fafafa; }\n';
const SCRIPT = `const here = new URL(document.currentScript.src);
window.addEventListener('load', () => {
  SwaggerUIBundle({
    url: new URL('../docs-json', here).href,
    dom_id: '#docs',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    validatorUrl: null,
    persistAuthorization: false,
    tryItOutEnabled: true,
  });
});
`;

function pageOf(base: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>BizOSaaS AI Chat Service: API</title>
<link rel="icon" type="image/png" href="${base}favicon-32x32.png">
<link rel="stylesheet" href="${base}swagger-ui.css">
<link rel="stylesheet" href="${base}page.css">
</head>
<body>
<div id="docs"></div>
<script src="${base}swagger-ui-bundle.js"></script>
<script src="${base}page.js"></script>
</body>
</html>
`;
}

/**
 * Serves Swagger UI at /chat/docs and the document at /chat/docs-json. The page is our own, because the one of
 * the framework has inline styles, which a strict content security policy refuses.
 */
export function serveSwaggerUi(app: NestExpressApplication, document: () => OpenAPIObject): void {
  const http = routesOf(app);
  const folder = assetsFolder();
  http.get(PAGE, (request: Request, response: Response) => {
    const base = request.path.endsWith('/') ? './' : './docs/';
    response
      .set('Content-Security-Policy', POLICY)
      .set('Cache-Control', 'no-cache')
      .type('html')
      .send(pageOf(base));
  });
  serveJson(app, `${PAGE}-json`, document);
  serveText(http, 'page.css', STYLE);
  serveText(http, 'page.js', SCRIPT);
  for (const [file, type] of Object.entries(ASSETS)) {
    http.get(`${PAGE}/${file}`, (_request: Request, response: Response) => {
      response.sendFile(join(folder, file), { headers: { 'Content-Type': type }, maxAge: '1h' });
    });
  }
}

/** Serves a document as JSON, without a token and beside the routes of controllers. */
export function serveJson(app: NestExpressApplication, path: string, document: () => object): void {
  routesOf(app).get(path, (_request: Request, response: Response) => {
    response.set('Cache-Control', 'no-cache').json(document());
  });
}

function serveText(http: Router, file: string, text: string): void {
  http.get(`${PAGE}/${file}`, (_request: Request, response: Response) => {
    response.set('Cache-Control', 'no-cache').type(file).send(text);
  });
}

function routesOf(app: NestExpressApplication): Router {
  return app.getHttpAdapter().getInstance() as unknown as Router;
}

/** The assets belong to a dependency of @nestjs/swagger, so they are looked for from there. */
function assetsFolder(): string {
  const swagger = createRequire(import.meta.url).resolve('@nestjs/swagger');
  const absolutePath = createRequire(swagger)('swagger-ui-dist/absolute-path.js') as () => string;
  return absolutePath();
}
