import type { Entry } from '../../yaml/places.js';
import { keyDiffers, readAs, valueDiffers } from '../../yaml/plain.js';
import type { Remark } from './validation.js';

/** A remark with its offset, if known: in UTF-16 units from the start of the chunk. */
export interface PlacedRemark extends Remark {
  offset?: number;
}

/** Maps whose keys the user chooses. */
const FREE_KEYS = /^(?:metadata\.(?:labels|annotations)|spec\.(?:settings|strategy\.weighted\.routingKeys))$/;
/** The fields whose values Skupper or the API server reads. */
const VALUES = /^(?:metadata\.(?:name|namespace|labels|annotations)|spec)(?:$|[.[])/;

function differs(field: string, source: string, offset: number, text: boolean): PlacedRemark {
  const next = text ? `quote it, ${JSON.stringify(source)}` : 'write it as a plain number';
  const message = `${source} without quotes is ${readAs(source)} in YAML 1.1, which Skupper reads: ${next}`;
  return { field, message, rule: 'yaml-1.1', severity: 'error', offset };
}

/** Scalars that only YAML 1.1 reads as a boolean or a number, so the author most likely meant text. */
const MEANT_AS_TEXT = /^(?:y|yes|n|no|on|off)$|_/i;

/**
 * Remarks on unquoted keys and values that YAML 1.1, which Skupper reads, takes for something else than YAML 1.2.
 *
 * @param wrong fields that already have an error; a value that was meant as text gets its remark in place of that error
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
      const known = [field, name, `${parent}[${key?.text ?? ''}]`].find((each) => wrong.has(each));
      if (known === undefined) found.push(differs(name, value.plain, value.offset, !number));
      else if (!number && MEANT_AS_TEXT.test(value.plain)) found.push(differs(known, value.plain, value.offset, true));
    }
    return found;
  });
}

/** A remark for each key that is defined a second time in its map; it names the line of the first. */
export function repeatedKeys(entries: readonly Entry[], lineOf: (offset: number) => number): PlacedRemark[] {
  return entries.flatMap(({ field, key, repeats }) => {
    if (!key || !repeats?.key) return [];
    const message = `the key ${JSON.stringify(key.text)} is already defined in line ${lineOf(repeats.key.offset)}`;
    return [{ field, message, rule: 'yaml-duplicate-key', severity: 'error' as const, offset: key.offset }];
  });
}
