import { PLAYERS } from '../../support/router/players.js';
import { routerContract } from './contract.js';

for (const player of PLAYERS) routerContract(player);
