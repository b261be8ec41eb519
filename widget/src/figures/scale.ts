import type { Cell, ChannelSpec } from '../client/wire.js';

export interface Tick {
  readonly at: number;
  readonly value: Cell;
}

/** Where values of one channel lie, in pixels. */
export interface Scale {
  place(value: Cell): number;
  readonly ticks: readonly Tick[];
  /** Room for one value. */
  readonly step: number;
  /** Whether its ticks are round numbers rather than values of the rows. */
  readonly round: boolean;
}

export type Span = readonly [from: number, to: number];

/** Beyond these, steps between numbers can no longer be told apart or counted. */
const TINY = 1e-290;
const HUGE = 1e290;

/** Round numbers that reach from below `low` to above `high`, in about so many steps of at least `least`. */
export function roundTicks(low: number, high: number, steps: number, least = 0): number[] {
  const reach = high - low || Math.abs(high) || 1;
  if (reach < TINY || reach > HUGE) return [low, high > low ? high : low + 1];
  const power = 10 ** Math.floor(Math.log10(reach / steps));
  const round = power * ([1, 2, 5].find((factor) => factor * power * steps >= reach * 0.999) ?? 10);
  const step = Math.max(round, least);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** In: the extent of figures, from 0 where they begin there, and the smallest step between ticks. */
export function numberScale(extent: Span, span: Span, steps: number, least = 0): Scale {
  const values = roundTicks(...extent, steps, least);
  const place = between([values[0]!, values.at(-1)!], span);
  return {
    place: (value) => place(Number(value)),
    ticks: values.map((value) => ({ at: place(value), value })),
    step: Math.abs(span[1] - span[0]) / values.length,
    round: true,
  };
}

/** Values side by side, in their order. */
export function bandScale(values: readonly Cell[], span: Span, most: number): Scale {
  const step = (span[1] - span[0]) / Math.max(values.length, 1);
  const places = new Map(values.map((value, index) => [value, span[0] + (index + 0.5) * step]));
  const place = (value: Cell): number => places.get(value) ?? span[0];
  return { place, ticks: thinned(values, most, place), step: Math.abs(step), round: false };
}

/** Moments by their distance, with half a step at either end. */
export function timeScale(values: readonly Cell[], span: Span, most: number): Scale {
  const times = values.map((value) => Date.parse(String(value)));
  if (times.length < 2 || times.some(Number.isNaN)) return bandScale(values, span, most);
  const sorted = [...times].sort((a, b) => a - b);
  const gap = Math.min(...sorted.slice(1).map((time, index) => time - sorted[index]!));
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  const ends: Span = [first - gap / 2, last + gap / 2];
  const inside = between(times[0]! > times.at(-1)! ? [ends[1], ends[0]] : ends, span);
  const place = (value: Cell): number => inside(Date.parse(String(value)));
  const step = (Math.abs(span[1] - span[0]) * gap) / (ends[1] - ends[0]);
  return { place, ticks: thinned(values, most, place), step, round: false };
}

/** In: a channel, its values in order without repetition, and their room. */
export function scaleOf(channel: ChannelSpec, values: readonly Cell[], span: Span, most: number): Scale {
  return (channel.type === 'temporal' ? timeScale : bandScale)(values, span, most);
}

function thinned(values: readonly Cell[], most: number, place: (value: Cell) => number): Tick[] {
  const every = Math.max(1, Math.ceil(values.length / Math.max(most, 1)));
  return values.filter((_, index) => index % every === 0).map((value) => ({ at: place(value), value }));
}

const between =
  ([low, high]: Span, [from, to]: Span) =>
  (value: number): number =>
    high === low ? (from + to) / 2 : from + ((value - low) / (high - low)) * (to - from);
