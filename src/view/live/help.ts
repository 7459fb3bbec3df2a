import { signsFor, type Style } from '../style.js';
import { hang, pad, widthOf } from '../text.js';

/** The help screen (`?`): the keys, and the meaning of the signs of a row. */
export function helpLines(style: Style): string[] {
  const signs = signsFor(style);
  const [arrows, enter] = style.unicode ? ['↑ ↓', '⏎'] : ['Up Down', 'Enter'];
  const keys: [string, string][] = [
    [`${arrows}  j k`, 'select a row; scroll in the inspect view'],
    ['PgUp PgDn Home End', 'select further up or down'],
    [enter, 'inspect the selected resource'],
    ['Esc', 'back to the table; in the table: clear the filter'],
    ['/', 'filter by name, or by namespace/name with a slash'],
    ['s', 'sort by name, worst first, newest change, age'],
    ['q', 'quit (Ctrl-C: exit status 130)'],
    ['Ctrl-Z', 'suspend; fg in the shell brings it back'],
  ];
  const states: [string, string][] = [
    [`${signs.ready} Ready`, 'serving: every routing key is reachable'],
    [`${signs.degraded} Ready`, 'degraded: not every routing key is reachable'],
    [`${signs.pending} Pending`, 'not serving yet; the message says why'],
    [`${signs.error} Error`, 'Skupper reports an error; the message says which'],
    [`${signs.unknown} Unknown`, 'not processed by a controller yet'],
    [`${signs.error} Deleting`, 'being deleted'],
    ['KEYS', 'reachable routing keys / all routing keys'],
  ];
  const column = Math.max(...[...keys, ...states].map(([name]) => widthOf(name)));
  const rows = (list: [string, string][]): string[] =>
    list.flatMap(([name, text]) => hang(`  ${style.bold(pad(name, column))}  `, text, style.width));
  return [style.bold('Keys'), ...rows(keys), '', style.bold('Status'), ...rows(states)];
}
