import { ownCommand, rememberPlace, type PlaceFlags } from '../../../src/model/own-command.js';

afterEach(() => rememberPlace({}));

test.each<[PlaceFlags, PlaceFlags | undefined, string]>([
  [{}, undefined, 'status'],
  [{}, { namespace: 'west' }, 'status -n west'],
  [{ namespace: 'west' }, undefined, 'status -n west'],
  [{ namespace: 'west' }, { namespace: undefined }, 'status -n west'],
  [{ namespace: 'west' }, { namespace: 'east' }, 'status -n east'],
  [
    { context: "o'neill dev", kubeconfig: '/a b', as: 'jane', 'as-group': ['dev', 'ops'] },
    { namespace: 'west' },
    `status -n west -c 'o'\\''neill dev' --kubeconfig '/a b' --as jane --as-group dev --as-group ops`,
  ],
  [{ platform: 'podman', 'data-home': '/srv/$x' }, undefined, "status -p podman --data-home '/srv/$x'"],
  [{ context: 'prod', as: 'jane', 'as-group': ['dev'] }, { as: '', 'as-group': [] }, 'status -c prod'],
])('flags %j, place %j: %s', (flags, place, words) => {
  rememberPlace(flags);
  expect(ownCommand('status', place)).toBe(`skupper multikeylistener ${words}`);
});
