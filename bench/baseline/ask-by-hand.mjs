import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });
const DATA = 'data: ';

/** Asks the model of MODEL_URL and reads its event stream line by line: the shortest way there is in Node. */
export function askByHand(content, onText) {
  const body = JSON.stringify({
    model: 'bench',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content }],
  });
  return new Promise((resolve, reject) => {
    const call = request(`${process.env.MODEL_URL}/chat/completions`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    call.once('error', reject);
    call.once('response', (response) => {
      response.setEncoding('utf8');
      let waiting = '';
      response.on('data', (piece) => {
        const lines = (waiting + piece).split('\n');
        waiting = lines.pop();
        for (const line of lines) read(line, onText);
      });
      response.once('end', resolve);
      response.once('error', reject);
    });
    call.end(body);
  });
}

function read(line, onText) {
  if (!line.startsWith(DATA) || line === 'data: [DONE]') return;
  const text = JSON.parse(line.slice(DATA.length)).choices[0]?.delta.content;
  if (text) onText(text);
}
