import fc from 'fast-check';

import { KeyDecoder, type KeyPress } from '../../../src/cli/live/key-decoder.js';

const shown = ({ name, text, ctrl }: KeyPress): string => `${ctrl ? '^' : ''}${name ?? ''}:${text}`;
const keysOf = (...parts: string[]): string[] => {
  const decoder = new KeyDecoder();
  return [...parts.flatMap((part) => decoder.push(part)), ...decoder.flush()].map(shown);
};

test.each<[string, string, string[]]>([
  ['letters', 'qJ', ['q:q', 'j:J']],
  ['characters without a name', '/?é東😀', [':/', ':?', ':é', ':東', ':😀']],
  ['control keys', '\u0003\u001a', ['^c:', '^z:']],
  ['Enter, Backspace and Tab', '\r\n\u007f\b\t', ['return:', 'enter:', 'backspace:', 'backspace:', 'tab:']],
  ['arrows of both modes', '\u001b[A\u001bOB', ['up:', 'down:']],
  ['pages and ends', '\u001b[5~\u001b[6~\u001b[H\u001b[4~', ['pageup:', 'pagedown:', 'home:', 'end:']],
  ['unknown sequences are no keys', '\u001b[1;5A\u001b[15~\u001b[[A\u001b[?1;2c', [':', ':', ':', ':']],
  ['Escape', '\u001b', ['escape:']],
  ['Escape twice, and a key directly after it', '\u001b\u001bj', ['escape:', 'escape:', 'j:j']],
  ['Escape before an arrow', '\u001b\u001b[A', ['escape:', 'up:']],
  ['a sequence that was never completed', '\u001b[5', ['escape:', ':[', ':5']],
  ['a paste', '\u001b[200~a\r\u0003b\u001b[31mé\u001b[201~q', ['paste:ab[31mé', 'q:q']],
  ['an empty paste', '\u001b[200~\u001b[201~', ['paste:']],
  ['a paste that does not end', 'a\u001b[200~qqq', ['a:a']],
])('%s', (_title, text, keys) => {
  expect(keysOf(text)).toEqual(keys);
});

test('however the terminal cuts what it sends, the keys are the same', () => {
  const piece = fc.constantFrom(
    'q',
    'é',
    '😀',
    '\r',
    '\u0003',
    '\u001b[A',
    '\u001bOB',
    '\u001b[6~',
    '\u001b[200~x\rq\u001b[201~',
  );
  const cuts = fc.array(fc.nat(60), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), cuts, (pieces, at) => {
      const text = pieces.join('');
      const characters = [...text];
      const sorted = [0, ...at.sort((a, b) => a - b), characters.length];
      const parts = sorted.slice(1).map((to, index) => characters.slice(sorted[index], to).join(''));
      expect(keysOf(...parts)).toEqual(keysOf(text));
    }),
  );
});

test('only what may still become a sequence is waited for', () => {
  const waits = (text: string): boolean => {
    const decoder = new KeyDecoder();
    decoder.push(text);
    return decoder.waiting;
  };
  expect(['\u001b', '\u001b[', '\u001b[1;', '\u001bO'].map(waits)).toEqual([true, true, true, true]);
  expect(['', 'q', '\u001b[A', '\u001bj', '\u001b[200~half a paste'].map(waits)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
