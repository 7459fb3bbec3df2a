import type { Entry } from '../../yaml/places.js';
import { keyDiffers, readAs, valueDiffers } from '../../yaml/plain.js';
import type { Remark } from './validation.js';

/** A remark of which is known where it stands: UTF-16 units from the chunk's start. */
export interface PlacedRemark extends Remark {
  offset?: number;
}

/** Maps whose keys are texts that somebody chose. */
const FREE_KEYS = /^(?:metadata\.(?:labels|annotations)|spec\.(?:settings|strategy\.weighted\.routingKeys))$/;
/** Where a value means something to Skupper or the API server. */
const VALUES = /^(?:metadata\.(?:name|namespace|labels|annotations)|spec)(?:$|[.[])/;

function differs(field: string, source: string, offset: number, text: boolean): PlacedRemark {
  const next = text ? `quote it, ${JSON.stringify(source)}` : 'write it as a plain number';
  const message = `${source} without quotes is ${readAs(source)} in YAML 1.1, which Skupper reads: ${next}`;
  return { field, message, rule: 'yaml-1.1', severity: 'error', offset };
}

/**
 * Keys and values without quotes that Skupper's reader (YAML 1.1) takes for something else than
 * this program does.
 *
 * @param wrong fields that have a problem already
 */
export function remarksOnReading(entries: readonly Entry[], wrong: ReadonlySet<string>): PlacedRemark[] {
  return entries.flatMap(({ field, parent, key, value }) => {
    const found: PlacedRemark[] = [];
    const free = key !== undefined && FREE_KEYS.test(parent);
    const name = free ? `${parent}[${key.plain ?? key.text}]` : field;
    if (free && key.plain !== undefined && keyDiffers(key.plain)) {
      found.push(differs(name, key.plain, key.offset, true));
    }
    if (value?.plain !== undefined && VALUES.test(field) && valueDiffers(value.plain)) {
      const number = field === 'spec.port' || /^spec\.strategy\.weighted\.routingKeys$/.test(parent);
      if (!wrong.has(field) && !wrong.has(name)) found.push(differs(name, value.plain, value.offset, !number));
    }
    return found;
  });
}

/** Each key that stands a second time in its map, with the place of the first. */
export function repeatedKeys(entries: readonly Entry[], lineOf: (offset: number) => number): PlacedRemark[] {
  return entries.flatMap(({ field, key, repeats }) => {
    if (!key || !repeats?.key) return [];
    const message = `the key ${JSON.stringify(key.text)} is already defined in line ${lineOf(repeats.key.offset)}`;
    return [{ field, message, rule: 'yaml-duplicate-key', severity: 'error' as const, offset: key.offset }];
  });
}
