import { ORDERS, type Order } from './order.js';

/** What the person at the screen has chosen. */
export interface Controls {
  order: Order;
  /** True once `s` was pressed: then the order is theirs, also when the screen is too small. */
  ordered: boolean;
  filter: string;
  /** The filter is being typed. */
  typing: boolean;
  /** The keys and signs are explained in place of everything else. */
  help: boolean;
  /** The id of the selected row. */
  selected?: string;
}

/** A key as the screen understands it; what is pasted is one key named `paste`. */
export interface Press {
  name: string | undefined;
  text: string;
  ctrl: boolean;
}

export type Action = 'none' | 'redraw' | 'quit' | 'interrupt' | 'open' | 'close';

/** The longest name that Kubernetes knows, and so the longest filter that can match. */
const LONGEST_FILTER = 253;

/** The keys of the table view; the controls are changed in place. `ids` are the rows in the order shown. */
export function pressInTable(controls: Controls, key: Press, ids: readonly string[]): Action {
  if (key.ctrl && key.name === 'c') return 'interrupt';
  if (controls.typing) return typeFilter(controls, key);
  // What is pasted is text for the filter, never a command.
  if (key.name === 'paste') return 'none';
  switch (key.name) {
    case 'q':
      return 'quit';
    case 'down':
    case 'j':
      return move(controls, ids, 1);
    case 'up':
    case 'k':
      return move(controls, ids, -1);
    case 'pagedown':
      return move(controls, ids, 10);
    case 'pageup':
      return move(controls, ids, -10);
    case 'home':
      return move(controls, ids, -ids.length);
    case 'end':
      return move(controls, ids, ids.length);
    case 'return':
    case 'enter':
      return controls.selected !== undefined && ids.includes(controls.selected) ? 'open' : 'none';
    case 'escape':
      controls.filter = '';
      return 'redraw';
    case 's':
      return nextOrder(controls);
    default:
      if (key.text === '?') return openHelp(controls);
      if (key.text !== '/') return 'none';
      controls.typing = true;
      return 'redraw';
  }
}

/** `?` in every view. */
export function openHelp(controls: Controls): Action {
  controls.help = true;
  return 'redraw';
}

/** While the help is shown every key closes it, and does nothing else; only Ctrl-C interrupts. */
export function pressInHelp(controls: Controls, key: Press): Action {
  if (key.ctrl && key.name === 'c') return 'interrupt';
  if (key.name === 'paste') return 'none';
  controls.help = false;
  return 'redraw';
}

function nextOrder(controls: Controls): Action {
  const at = controls.ordered ? ORDERS.indexOf(controls.order) + 1 : 1;
  controls.order = ORDERS[at % ORDERS.length] ?? 'name';
  controls.ordered = true;
  return 'redraw';
}

function move(controls: Controls, ids: readonly string[], by: number): Action {
  if (ids.length === 0) return 'none';
  const at = controls.selected === undefined ? -1 : ids.indexOf(controls.selected);
  const from = at < 0 && by < 0 ? ids.length : at;
  controls.selected = ids[Math.max(0, Math.min(ids.length - 1, from + by))];
  return 'redraw';
}

function typeFilter(controls: Controls, key: Press): Action {
  if (key.name === 'return' || key.name === 'enter') controls.typing = false;
  else if (key.name === 'escape') {
    controls.typing = false;
    controls.filter = '';
  } else if (key.name === 'backspace') controls.filter = [...controls.filter].slice(0, -1).join('');
  else controls.filter = (controls.filter + key.text).slice(0, LONGEST_FILTER);
  return 'redraw';
}
