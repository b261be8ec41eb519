import proxyAddr from 'proxy-addr';
import { z } from 'zod';

/** Forms of environment variables: text in, a checked and typed value out. */

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off'];

export const flag = (fallback: boolean) =>
  z
    .string()
    .toLowerCase()
    .refine((value) => [...TRUE, ...FALSE].includes(value), 'must be true or false')
    .transform((value) => TRUE.includes(value))
    .default(fallback);

export const whole = (fallback: number, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine(
      (value) => value >= min && value <= max,
      min === max ? `must be ${min}` : `must be from ${min} to ${max}`,
    )
    .default(fallback);

export const fraction = (fallback: number) =>
  z
    .string()
    .transform(Number)
    .refine((value) => value >= 0 && value <= 1, 'must be a number from 0 to 1')
    .default(fallback);

export const url = (...schemes: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
      `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    );

/** JSON array or comma list. */
export const list = z.string().transform((value, context): string[] => {
  const text = value.trim();
  if (!text.startsWith('['))
    return text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON array of strings or a comma list' });
    return z.NEVER;
  }
});

/** Addresses and subnets, or loopback, linklocal, uniquelocal. */
export const proxies = z.string().refine((value) => {
  try {
    proxyAddr.compile(value.split(',').map((item) => item.trim()));
    return true;
  } catch {
    return false;
  }
}, 'must be a comma list of addresses, subnets, or loopback, linklocal, uniquelocal');

const place = z
  .string()
  .refine(
    (value) =>
      /^\/[\w./-]*$/.test(value) || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)),
  );

const CrewAgents = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{1,63}$/),
  z.union([
    place.transform((value) => ({ url: value })),
    z.strictObject({
      url: place,
      contract: z.enum(['sync', 'amp', 'agui']).optional(),
      token: z.string().min(1).optional(),
    }),
  ]),
);

/** A JSON object: the name of an agent to a path, an address, or `{url, contract?, token?}`. */
export const crewAgents = z.string().transform((value, context): z.output<typeof CrewAgents> => {
  try {
    return CrewAgents.parse(JSON.parse(value));
  } catch {
    const message =
      'must be a JSON object of agent names, each with a path, an address, or url, contract and token';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});
