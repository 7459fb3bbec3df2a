export interface KeyPress {
  /** `up`, `return`, `escape`, `q`, `paste`, …; undefined for a character or a sequence without a name. */
  name: string | undefined;
  /** The text that was typed or pasted, without control characters. */
  text: string;
  ctrl: boolean;
}

/** The sequences that terminals (xterm, the Linux console, rxvt) send for the keys of the live view. */
const SEQUENCES: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  OA: 'up',
  OB: 'down',
  '[5~': 'pageup',
  '[6~': 'pagedown',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
};
const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u001b': 'escape',
};

const PASTE_BEGIN = '\u001b[200~';
const PASTE_END = '\u001b[201~';
/** A whole sequence: `ESC [` parameters and a final byte (ECMA-48), `ESC O` and a byte, or a function key of the Linux console. */
const WHOLE = /^\u001b(\[\[[A-E]|\[[0-?]*[ -/]*[@-Z\\-~]|O[ -~])/;
const BEGUN = /^\u001b(\[\[?[0-?]*[ -/]*|O)?$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/**
 * Splits the text that a terminal sends into key presses. An Escape is a key unless a sequence follows it directly; Alt is
 * ignored. Pasted text (bracketed paste) is one key press named `paste`, whatever it contains.
 */
export class KeyDecoder {
  private rest = '';

  /** True while an Escape may still be the beginning of a sequence: call `flush` if no more text arrives soon. */
  get waiting(): boolean {
    return this.rest !== '' && !this.rest.startsWith(PASTE_BEGIN);
  }

  /** Adds text, which can end within a sequence; returns the key presses that are complete. */
  push(text: string): KeyPress[] {
    this.rest += text;
    const keys: KeyPress[] = [];
    for (let key = this.next(); key !== undefined; key = this.next()) keys.push(key);
    return keys;
  }

  /** Returns the key presses of a sequence that was not completed, the first of which is Escape. */
  flush(): KeyPress[] {
    if (!this.waiting) return [];
    const tail = this.rest.slice(1);
    this.rest = '';
    return [named('escape'), ...this.push(tail)];
  }

  private next(): KeyPress | undefined {
    if (this.rest.startsWith(PASTE_BEGIN)) {
      const end = this.rest.indexOf(PASTE_END, PASTE_BEGIN.length);
      if (end < 0) return undefined;
      const text = this.rest.slice(PASTE_BEGIN.length, end);
      this.rest = this.rest.slice(end + PASTE_END.length);
      return { name: 'paste', text: text.replace(CONTROL, ''), ctrl: false };
    }
    const sequence = WHOLE.exec(this.rest);
    if (sequence) {
      this.rest = this.rest.slice(sequence[0].length);
      return named(SEQUENCES[sequence[1] ?? '']);
    }
    const code = this.rest.codePointAt(0);
    if (code === undefined || BEGUN.test(this.rest)) return undefined;
    const char = String.fromCodePoint(code);
    this.rest = this.rest.slice(char.length);
    return typed(char, code);
  }
}

const named = (name: string | undefined): KeyPress => ({ name, text: '', ctrl: false });

function typed(char: string, code: number): KeyPress {
  const control = CONTROLS[char];
  if (control !== undefined) return named(control);
  // Ctrl with a letter is sent as the position of the letter in the alphabet.
  if (code < 0x20) return { name: String.fromCharCode(code + 0x60), text: '', ctrl: true };
  const text = char.replace(CONTROL, '');
  return { name: /^[a-z]$/i.test(char) ? char.toLowerCase() : undefined, text, ctrl: false };
}
