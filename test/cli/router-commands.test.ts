import { PLAYERS } from '../support/router/players.js';
import { routerCommands } from './router-commands.js';

for (const player of PLAYERS) routerCommands(player);
