import type { Controls } from './frame.js';
import { ORDERS } from './order.js';

/** A key as the screen understands it. */
export interface Press {
  name: string | undefined;
  text: string;
  ctrl: boolean;
}

export type Action = 'none' | 'redraw' | 'quit' | 'interrupt' | 'open' | 'close';

/** The keys of the table view; the controls are changed in place. `ids` are the rows in the order shown. */
export function pressInTable(controls: Controls, key: Press, ids: readonly string[]): Action {
  if (key.ctrl && key.name === 'c') return 'interrupt';
  if (controls.typing) return typeFilter(controls, key);
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
      if (key.text !== '/') return 'none';
      controls.typing = true;
      return 'redraw';
  }
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
  else controls.filter += key.text;
  return 'redraw';
}
