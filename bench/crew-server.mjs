/** A crew of the original contract that answers at once, made to cost as little as possible. Tells its port by `process.send`. */
import { createServer } from 'node:http';

const ANSWER = Buffer.from(
  JSON.stringify({
    response: 'Two leads are hot: Ada and Grace. Both asked for an offer this week.',
    confidence: 0.8,
    suggested_actions: ['Show more'],
    metadata: { crew: 'bench' },
    tokens_used: 42,
  }),
);

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
    response.end(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ ready: { port: server.address().port } }));
process.on('SIGTERM', () => process.exit(0));
