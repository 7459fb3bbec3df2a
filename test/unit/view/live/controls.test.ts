import { pressInHelp, pressInTable, type Press } from '../../../../src/view/live/controls.js';
import { ORDERS } from '../../../../src/view/live/order.js';
import { controls } from './live-fixtures.js';

const IDS = ['west/a', 'west/b', 'west/c'];
const key = (name: string, parts: Partial<Press> = {}): Press => ({
  name,
  text: name.length === 1 ? name : '',
  ctrl: false,
  ...parts,
});
const slash: Press = { name: undefined, text: '/', ctrl: false };

test.each([
  ['q quits', key('q'), 'quit'],
  ['Ctrl-C interrupts', key('c', { ctrl: true, text: '' }), 'interrupt'],
  ['c alone does nothing', key('c'), 'none'],
  ['Enter with nothing selected does nothing', key('return'), 'none'],
  ['another key does nothing', key('x'), 'none'],
  ['a character without a name does nothing', { name: undefined, text: '漢', ctrl: false }, 'none'],
])('%s', (_title, press, action) => {
  const before = controls();
  expect(pressInTable(before, press, IDS)).toBe(action);
  expect(before).toEqual(controls());
});

test('a paste is text for the filter, and nothing elsewhere', () => {
  const paste: Press = { name: 'paste', text: '?', ctrl: false };
  expect(pressInTable(controls(), paste, IDS)).toBe('none');
  expect(pressInHelp(controls({ help: true }), paste)).toBe('none');
  const typing = controls({ typing: true, filter: 'a' });
  expect(pressInTable(typing, { ...paste, text: 'b'.repeat(1000) }, IDS)).toBe('redraw');
  expect(typing.filter).toBe(`a${'b'.repeat(252)}`);
});

describe('the selection', () => {
  const after = (selected: string | undefined, ...names: string[]): string | undefined => {
    const state = controls({ selected });
    for (const name of names) expect(pressInTable(state, key(name), IDS)).toBe('redraw');
    return state.selected;
  };

  test.each<[string | undefined, string[], string]>([
    [undefined, ['down'], 'west/a'],
    [undefined, ['up'], 'west/c'],
    ['west/a', ['j'], 'west/b'],
    ['west/b', ['k'], 'west/a'],
    ['west/c', ['down'], 'west/c'],
    ['west/a', ['up'], 'west/a'],
    ['west/a', ['pagedown'], 'west/c'],
    ['west/c', ['pageup'], 'west/a'],
    ['west/b', ['home'], 'west/a'],
    ['west/b', ['end'], 'west/c'],
    ['west/was-deleted', ['down'], 'west/a'],
    ['west/was-deleted', ['up'], 'west/c'],
  ])('from %s by %j to %s', (selected, names, expected) => {
    expect(after(selected, ...names)).toBe(expected);
  });

  test('there is none to move to in an empty table', () => {
    const state = controls();
    for (const name of ['down', 'up', 'home', 'end']) expect(pressInTable(state, key(name), [])).toBe('none');
    expect(state.selected).toBeUndefined();
  });

  test('Enter opens it while it is there', () => {
    expect(pressInTable(controls({ selected: 'west/b' }), key('return'), IDS)).toBe('open');
    expect(pressInTable(controls({ selected: 'west/b' }), key('enter'), IDS)).toBe('open');
    expect(pressInTable(controls({ selected: 'west/gone' }), key('return'), IDS)).toBe('none');
  });
});

test('s goes through all orders and begins again', () => {
  const state = controls();
  const seen = ORDERS.map(() => {
    expect(pressInTable(state, key('s'), IDS)).toBe('redraw');
    return state.order;
  });
  expect(seen).toEqual(['worst first', 'newest change', 'age', 'name']);
  expect(state.ordered).toBe(true);
});

describe('the filter', () => {
  const type = (state: ReturnType<typeof controls>, ...presses: Press[]): void => {
    for (const press of presses) expect(pressInTable(state, press, IDS)).toBe('redraw');
  };

  test('letters that are keys elsewhere are letters while it is typed', () => {
    const state = controls();
    type(state, slash, key('q'), key('j'), key('s'), slash, { name: undefined, text: '漢', ctrl: false });
    expect(state).toMatchObject({ typing: true, filter: 'qjs/漢', order: 'name' });
    type(state, key('return'));
    expect(state).toMatchObject({ typing: false, filter: 'qjs/漢' });
    expect(pressInTable(state, key('q'), IDS)).toBe('quit');
  });

  test('Backspace takes a whole character', () => {
    const state = controls({ typing: true, filter: 'a😀' });
    type(state, key('backspace'));
    expect(state.filter).toBe('a');
    type(state, key('backspace'), key('backspace'));
    expect(state).toMatchObject({ filter: '', typing: true });
  });

  test('Escape drops it, while it is typed and afterwards', () => {
    const typing = controls({ typing: true, filter: 'ab' });
    type(typing, key('escape'));
    expect(typing).toMatchObject({ typing: false, filter: '' });
    const typed = controls({ filter: 'ab' });
    type(typed, key('escape'));
    expect(typed.filter).toBe('');
  });

  test('Ctrl-C interrupts while it is typed; arrows add nothing', () => {
    const state = controls({ typing: true, filter: 'ab' });
    expect(pressInTable(state, key('c', { ctrl: true, text: '' }), IDS)).toBe('interrupt');
    type(state, key('down'), key('up'));
    expect(state.filter).toBe('ab');
  });
});
