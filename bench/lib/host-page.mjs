import { createServer } from 'node:http';

/** Rows of the host's table: about the work that a dashboard gives a browser anyway. */
const ROWS = 300;

const table = Array.from(
  { length: ROWS },
  (_, row) => `<tr>${[1, 2, 3, 4].map((cell) => `<td>Cell ${row}.${cell}</td>`).join('')}</tr>`,
).join('');

/** In: the widget's script tag and what starts it, or nothing. */
const pageOf = (scripts) =>
  `<!doctype html><html lang="en"><head><title>Dashboard</title><link rel="icon" href="data:,"></head>
<body><h1>Dashboard</h1><table>${table}</table>${scripts}</body></html>`;

/**
 * A dashboard of an origin of its own, at `/bare` without and at `/widget` with the widget.
 * Out: `{ url, serve(serviceUrl, token), close() }`; `serve` says where the widget comes from and whose it is.
 */
export async function startHostPage() {
  let scripts = '';
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(pageOf(request.url === '/widget' ? scripts : ''));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    serve: (serviceUrl, token) => {
      scripts = `<script src="${serviceUrl}/chat/embed.js"></script>
<script>window.chat = new BizOSaaSChat({ authToken: '${token}' })</script>`;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
