import { joinFailures, type Failure } from '../../model/failure.js';
import type { Part } from '../../operations/fleet.js';
import { fleetDocument, type FleetDocumentPart } from '../../view/fleet.js';

/**
 * What `-o json` prints of several clusters: of each what was read, and all that went wrong.
 *
 * @param content what is printed of a part that was read
 */
export function partsDocument<T extends { failures: readonly Failure[] }>(
  parts: readonly Part<T>[],
  content: (value: T) => Pick<FleetDocumentPart, 'items' | 'report'>,
): object {
  return fleetDocument(
    parts.map(({ value, ...part }) => ({
      ...part,
      ...(value && content(value)),
      failure: part.failure ?? joinFailures(value?.failures ?? []),
    })),
  );
}
