import { fileNameOf } from './file-name.js';

it.each([
  ['Spring campaign', 'markdown', 'Spring campaign.md'],
  ['ROI: 50% / "good"?', 'json', 'ROI 50% good.json'],
  ['../../etc/passwd', 'json', 'etc passwd.json'],
  ['invoice\u202Efdp', 'json', 'invoice fdp.json'],
  ['...', 'json', 's1.json'],
  [null, 'markdown', 's1.md'],
  ['x'.repeat(200), 'json', `${'x'.repeat(80)}.json`],
] as const)('names the file of %j as %s: %s', (title, format, name) => {
  expect(fileNameOf({ id: 's1', title }, format)).toBe(name);
});
