import { Failure } from '../model/failure.js';

/** Limit for the nodes of all documents with aliases expanded: more than any manifest has, and small enough for the memory. */
const MAX_NODES = 1_000_000;
/** The nesting limit of js-yaml itself. It is checked again because data with aliases can be nested deeper than the text. */
const MAX_DEPTH = 100;

/**
 * Limits the size of parsed data. A node counts once for every alias that leads to it, so that an alias bomb ("billion
 * laughs") is refused here instead of filling the memory of code that walks the data.
 *
 * @param what name of the text for messages
 * @returns the number of nodes with aliases expanded
 * @throws Failure `bad-file` for more than MAX_NODES nodes or more than MAX_DEPTH levels
 */
export function refuseExcess(documents: unknown[], what: string): number {
  const open = documents.map((value) => ({ value, depth: 0 }));
  let nodes = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node.value !== 'object' || node.value === null) continue;
    const depth = node.depth + 1;
    if (depth > MAX_DEPTH) {
      throw new Failure('bad-file', `${what} is nested more than ${MAX_DEPTH} levels deep`);
    }
    const members = Object.values(node.value);
    nodes += members.length;
    if (nodes > MAX_NODES) {
      throw new Failure('bad-file', `${what} expands to more than ${MAX_NODES.toLocaleString('en')} nodes`);
    }
    for (const value of members) open.push({ value, depth });
  }
  return nodes;
}
