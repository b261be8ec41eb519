import { doc } from './env-doc.js';
import { list, url } from './env-fields.js';

const HERE = new Set(['localhost', '127.0.0.1', '[::1]']);
const MOST = 20;

/** A folder, or the address of one document: https, and http only to this machine. */
function isSource(value: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return value.length <= 1000;
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname, username, password } = new URL(value);
  const safe = protocol === 'https:' || (protocol === 'http:' && HERE.has(hostname));
  return safe && !username && !password && /\.(md|txt)$/i.test(pathname);
}

/** Where tools look things up beside the service's own figures and documents. */
export const sourcesEnv = {
  PROMETHEUS_URL: url('http', 'https')
    .optional()
    .meta(
      doc('Operation', 'A Prometheus that InfraBot may ask range queries.', {
        example: 'http://localhost:9090',
        secret: true,
      }),
    ),
  KNOWLEDGE_SOURCES: list
    .refine((all) => all.length <= MOST, `must name at most ${MOST} sources`)
    .refine(
      (all) => all.every(isSource),
      'must be folders, or https addresses that end in .md or .txt, without a user name',
    )
    .optional()
    .meta(
      doc('Models', 'Folders and https addresses of .md and .txt files that everybody may search.', {
        example: '/srv/handbook,https://example.com/terms.md',
      }),
    ),
};
