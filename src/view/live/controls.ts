import { ORDERS, type Order } from './order.js';

/** The user's choices in the live view. */
export interface Controls {
  order: Order;
  /** True once `s` was pressed: the chosen order then also applies if the rows do not fit on the screen. */
  ordered: boolean;
  filter: string;
  /** True while the user types the filter. */
  typing: boolean;
  /** True while the help screen is shown. */
  help: boolean;
  /** The id of the selected row. */
  selected?: string;
}

/** One key press; pasted text is one key press named `paste`. */
export interface Press {
  name: string | undefined;
  text: string;
  ctrl: boolean;
}

export type Action = 'none' | 'redraw' | 'quit' | 'interrupt' | 'open' | 'close';

/** The longest name in Kubernetes, and so the longest filter that can match a name. */
const LONGEST_FILTER = 253;

/** Handles a key press in the table; changes the controls in place. `ids` are the ids of the rows in the order shown. */
export function pressInTable(controls: Controls, key: Press, ids: readonly string[]): Action {
  if (key.ctrl && key.name === 'c') return 'interrupt';
  if (controls.typing) return typeFilter(controls, key);
  // Pasted text is only for the filter; its characters must not act as commands.
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

/** Opens the help screen; the key `?` of every view. */
export function openHelp(controls: Controls): Action {
  controls.help = true;
  return 'redraw';
}

/** Handles a key press in the help screen: Ctrl-C interrupts, any other key only closes the help. */
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
