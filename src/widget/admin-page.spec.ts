import { adminPage, plainOrigins } from './admin-page.js';
import { toAsset } from './widget-assets.js';

const page = toAsset('index.html', Buffer.from('<body data-settings="{{settings}}"></body>'));
const shown = (settings: Parameters<typeof adminPage>[1]): string =>
  adminPage(page, settings).body.toString('utf8');

describe('the settings of the admin page', () => {
  it('are whole JSON in one attribute, whatever they hold', () => {
    const settings = {
      origins: ['https://a.example', `"></body><script>alert('x')</script>$&\u2028`],
      demo: true,
    };
    const html = shown(settings);
    const attribute = /^<body data-settings="([^"<>'\u2028]*)"><\/body>$/.exec(html)?.[1];
    const text = attribute!.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
    expect(JSON.parse(text)).toEqual(settings);
  });

  it('give other settings another ETag', () => {
    const etag = (demo: boolean): string => adminPage(page, { origins: [], demo }).etag;
    expect(etag(true)).not.toBe(etag(false));
  });
});

it('tells a policy of plain origins only', () => {
  const plain = ['http://localhost:3001', 'https://dash.example.com', 'http://[::1]:5000'];
  const others = [
    '*',
    'null',
    'https://*.example',
    "https://a.example; script-src 'unsafe-inline'",
    'a b',
    '',
  ];
  expect(plainOrigins([...plain, ...others])).toEqual(plain);
});
