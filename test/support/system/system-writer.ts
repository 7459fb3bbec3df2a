import { change } from './system-site.js';
import { openSystemStore } from '../../../src/store/system/store.js';
import { isFailure } from '../../../src/model/failure.js';

/**
 * A process of its own that patches one resource: `HOME NAME PREFIX COUNT`
 * adds the labels PREFIX-0 to PREFIX-(COUNT-1), one at a time, and again after each conflict.
 */
const [home = '', name = '', prefix = '', count = '0'] = process.argv.slice(2);
const store = await openSystemStore({ platform: 'linux', requestTimeoutMs: 1000, dataHome: home, env: {} });
for (let index = 0; index < Number(count);) {
  try {
    await change(store, name, { metadata: { labels: { [`${prefix}-${index}`]: 'x' } } });
    index += 1;
  } catch (error) {
    if (!isFailure(error, 'conflict')) throw error;
  }
}
