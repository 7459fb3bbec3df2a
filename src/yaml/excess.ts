import { Failure } from '../model/failure.js';

/** Nodes of all documents with aliases expanded: far above any manifest, far below what fills the memory. */
const MAX_NODES = 1_000_000;
/** As deep as js-yaml itself goes; aliases may nest deeper than the text does. */
const MAX_DEPTH = 100;

/**
 * Walks every node once for each way to it, so that an alias bomb is met here and not by whoever reads the data.
 *
 * @returns how many nodes the documents expand to
 * @throws Failure `bad-file` beyond the bounds
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
