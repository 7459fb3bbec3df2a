import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Answer, HttpFault, Seen } from './faulty-proxy.js';
import { corrupted, type Wire } from './faulty-wire.js';
import { lines } from '../../../src/store/kubernetes/watch/watch-stream.js';

/** Long enough for the bytes before a cut to arrive by themselves. */
const APART_MS = 40;

/** The side of an exchange that faces the program: writes answers byte by byte, and wrongly if told so. */
export class FaultyClient {
  constructor(
    private readonly socket: Socket,
    private readonly wire: Wire | undefined,
    private readonly delayMs: number,
  ) {
    socket.on('error', () => undefined);
  }

  cut(how: 'reset' | 'end'): void {
    this.wire?.cut(how);
  }

  async delay(): Promise<void> {
    await sleep(this.delayMs, undefined, { ref: false });
  }

  /** The TLS record that comes next is damaged. */
  spoil(): void {
    if (this.wire) this.wire.spoilNext = 'corrupt';
  }

  async answer({ status, headers = {}, body }: Answer, fault?: HttpFault): Promise<void> {
    const bytes = Buffer.from(body);
    const half = bytes.subarray(0, bytes.length / 2);
    const { action } = fault ?? {};
    const halved = fault?.at === 'body' && action === 'halve';
    const whole = halved ? half : bytes;
    const head = headOf(status, { ...headers, 'Content-Length': String(whole.length) });
    if (!(await this.head(head, fault))) return;
    if (fault?.at !== 'body' || halved) this.write(whole);
    else if (action === 'duplicate') this.write(Buffer.concat([whole, head, whole]));
    else if (action === 'corrupt') this.write(corrupted(whole));
    else {
      this.write(half);
      if (action === 'delay') await this.delay();
      else await this.cutApart(action === 'reset' ? 'reset' : 'end');
      this.write(bytes.subarray(half.length));
    }
  }

  /** Passes the lines of a watch on as they come. */
  async watch(response: IncomingMessage, seen: Seen, fault?: HttpFault): Promise<void> {
    const { 'content-type': type = '' } = response.headers;
    if (!(await this.head(headOf(200, { 'Content-Type': type, 'Transfer-Encoding': 'chunked' }), fault))) return;
    const sent: string[] = [];
    for await (const line of lines(response)) {
      const text = `${line}\n`;
      const now = fault && (fault.event ?? sent.length) === sent.length ? fault : undefined;
      const goesOn = now?.at === 'events' ? await this.between(sent, text, now) : await this.event(text, now);
      if (!goesOn) return;
      sent.push(text);
      seen.lines += 1;
    }
    this.socket.write('0\r\n\r\n');
  }

  /** @returns whether anything comes after it */
  private async head(head: Buffer, fault: HttpFault | undefined): Promise<boolean> {
    if (fault?.at !== 'headers') this.write(head);
    else if (fault.action === 'corrupt') this.write(corrupted(head.subarray(0, 16)), head.subarray(16));
    else if (fault.action === 'duplicate') this.write(head, head);
    else if (fault.action === 'delay') {
      await this.delay();
      this.write(head);
    } else {
      if (fault.action === 'halve') this.write(head.subarray(0, head.length / 2));
      await this.cutApart(fault.action === 'reset' ? 'reset' : 'end');
      return false;
    }
    return true;
  }

  /** Something before an event; a duplicate is all that came before, once more. */
  private async between(sent: readonly string[], text: string, { action }: HttpFault): Promise<boolean> {
    if (action === 'reset' || action === 'end') return this.cutApart(action);
    if (action === 'halve') return this.finish();
    if (action === 'delay') await this.delay();
    if (action === 'corrupt') this.chunk('\u0001\u0001 a proxy\n');
    if (action === 'duplicate') for (const earlier of sent) this.chunk(earlier);
    this.chunk(text);
    return true;
  }

  private async event(text: string, fault: HttpFault | undefined): Promise<boolean> {
    const { action } = fault ?? {};
    const half = text.slice(0, text.length / 2);
    if (action === 'corrupt') this.chunk(corrupted(Buffer.from(text)));
    else if (action === undefined || action === 'duplicate') this.chunk(action ? text + text : text);
    else {
      this.chunk(half);
      if (action === 'reset' || action === 'end') return this.cutApart(action);
      if (action === 'halve') return this.finish();
      await this.delay();
      this.chunk(text.slice(half.length));
    }
    return true;
  }

  private async cutApart(how: 'reset' | 'end'): Promise<false> {
    await sleep(APART_MS);
    // On a busy machine the timer is over before what was written has been passed on: that is done before the next immediate.
    await nextTurn();
    await nextTurn();
    this.cut(how);
    return false;
  }

  private finish(): false {
    this.write(Buffer.from('0\r\n\r\n'));
    return false;
  }

  private chunk(text: string | Buffer): void {
    const bytes = Buffer.from(text);
    this.write(Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n'));
  }

  private write(...bytes: readonly Buffer[]): void {
    if (this.socket.writable) this.socket.write(Buffer.concat(bytes));
  }
}

function headOf(status: number, headers: Record<string, string>): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} From the proxy\r\n${fields.join('')}\r\n`);
}
