import { joinFailures, type Failure } from '../../model/failure.js';
import type { Part } from '../../operations/fleet.js';
import { fleetDocument, type FleetDocumentPart } from '../../view/fleet.js';

/**
 * The document of `-o json` for several clusters; each part has what was read and the joined failures.
 *
 * @param content returns the printed content of a part that was read
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
