import { COMMANDS } from '../../../src/commands/index.js';
import { LOADERS } from '../../../src/commands/load.js';

test('every command of the manifest has a loader, and it loads that command', async () => {
  const loaded = await Promise.all(
    Object.entries(LOADERS).map(async ([word, load]) => [`multikeylistener:${word}`, (await load()).default]),
  );
  expect(Object.fromEntries(loaded)).toEqual(COMMANDS);
});
