import type { Cell } from './cell.js';
import { authorityTextCells } from './cells-authority-text.js';
import { chainCells, issuerCells } from './cells-chains.js';
import { clientCells } from './cells-clients.js';
import { environmentCells, skipCells } from './cells-environment.js';
import { aboveCells, constraintCells, leafCells } from './cells-leaves.js';
import { nameCells } from './cells-names.js';
import { keyCells, protocolCells, proxyCells } from './cells-protocols.js';

/** Every cell of the matrix, by groups; of the kinds of keys only every so many where `every` says so. */
export function matrix(every = 1): Cell[] {
  return [
    ...chainCells(),
    ...issuerCells(),
    ...leafCells(),
    ...aboveCells(),
    ...constraintCells(),
    ...nameCells(),
    ...authorityTextCells(),
    ...environmentCells(),
    ...skipCells(),
    ...clientCells(),
    ...protocolCells(),
    ...proxyCells(),
    ...keyCells().filter((_, index) => index % every === 0),
  ];
}
