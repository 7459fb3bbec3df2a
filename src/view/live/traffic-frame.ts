import type { LiveReport } from '../../operations/traffic/measure.js';
import { signsFor, type Style } from '../style.js';
import { escapeText } from '../text.js';
import { renderTraffic } from '../traffic/traffic.js';
import { clipped } from './frame.js';
import { headerLine, since, type Freshness } from './header.js';

export interface TrafficFrameOptions {
  /** The namespace and context for the header: `west · prod-eu`. */
  place: string;
  namespaces: boolean;
  /** The number of lines scrolled down. */
  scroll: number;
  now: number;
  width: number;
  height: number;
  /** True for the last frame, which stays in the scroll-back: no hints about keys. */
  final?: boolean;
}

/** Renders the whole screen of `traffic --watch`; returns also the scroll position, limited to the end of the text. */
export function renderTrafficFrame(
  report: LiveReport | undefined,
  style: Style,
  options: TrafficFrameOptions,
): { lines: string[]; scroll: number } {
  const { width, height, place, now, namespaces } = options;
  const { dot } = signsFor(style);
  const header = headerLine(` traffic${dot}${escapeText(place)}`, freshness(report, style, now), style, width);
  const body = bodyLines(report, { ...style, width: Math.max(20, width - 2) }, namespaces);
  const room = Math.max(1, height - 3);
  const scroll = Math.min(options.scroll, Math.max(0, body.length - room));
  const lines = body.slice(scroll, scroll + room).map((line) => ` ${line}`);
  const more = scroll > 0 || body.length > scroll + room ? `${style.unicode ? '↑↓' : 'j/k'} scroll  ` : '';
  const foot = options.final ? [] : [style.dim(` ${more}q quit`)];
  return { lines: clipped([header, '', ...lines, ...foot], style, options), scroll };
}

function freshness(report: LiveReport | undefined, style: Style, now: number): Freshness {
  const { dot } = signsFor(style);
  if (!report) return { text: `reading ${signsFor(style).ellipsis}`, colour: style.dim };
  const [first] = report.unknown;
  const why = report.lost?.brief ?? first?.fact.why;
  if (why !== undefined) return { text: `not live${dot}${escapeText(why)}`, colour: style.warn, bad: true };
  return { text: `live${dot}${since(now - report.at)} ago`, colour: style.good };
}

function bodyLines(report: LiveReport | undefined, style: Style, namespaces: boolean): string[] {
  if (!report) return [];
  if (report.resources.length === 0) return [style.dim('No multikeylisteners here.')];
  return renderTraffic(report, style, { namespaces, live: true });
}
