import { KIND } from '../model/resource.js';
import type { InputDocument } from './input.js';

/** Documents of this kind, or with no kind at all (which is a mistake to be told); the rest is counted. */
export function splitKinds(documents: readonly InputDocument[]): { own: InputDocument[]; skipped: number } {
  const foreign = ({ object }: InputDocument): boolean => {
    const kind = (object as { kind?: unknown } | null)?.kind;
    return typeof kind === 'string' && kind !== KIND;
  };
  const own = documents.filter((document) => !foreign(document));
  return { own, skipped: documents.length - own.length };
}
