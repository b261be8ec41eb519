import { z } from 'zod';

/** d3-format strings: decimals, percent of 1 (0.123 is 12.3%), and short with an SI prefix. */
export const NUMBER_FORMATS = [',.0f', ',.1f', ',.2f', ',.3f', '.0%', '.1%', '.2%', '~s'] as const;

/** d3-time-format strings, in UTC. */
export const TIME_FORMATS = ['%Y', '%b %Y', '%Y-%m', '%Y-%m-%d', '%b %d', '%H:%M', '%Y-%m-%d %H:%M'] as const;

/** How a value is written, in columns, tables and charts: a closed list, as Vega-Lite understands it. */
export const ValueFormat = z.enum([...NUMBER_FORMATS, ...TIME_FORMATS]);
export type ValueFormat = z.infer<typeof ValueFormat>;
