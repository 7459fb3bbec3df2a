import process from 'node:process';
import { doublePlayer } from './played-double.js';
import type { Player } from './played-router.js';
import { realPlayer } from './real-router.js';

const real = realPlayer();

/** Whatever can play a system site's router on this machine: always the double, and the real router where the PATH has it. */
export const PLAYERS: readonly Player[] = [doublePlayer, ...(real ? [real] : [])];

process.stderr.write(`router: ${PLAYERS.map(({ title }) => title).join(' and ')}\n`);
