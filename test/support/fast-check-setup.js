// In CI properties are tried with one known seed, so that a red run is about the change at hand; everywhere
// else with a new one each time, which is printed with what it finds.
import process from 'node:process';
import { configureGlobal } from 'fast-check';

if (process.env.CI === 'true') configureGlobal({ seed: 20261123 });
