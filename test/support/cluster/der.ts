import type { KeyObject } from 'node:crypto';

const COMMON_NAME = '2.5.4.3';

// X.509 in DER, as far as tests need it (RFC 5280): Node reads certificates and writes none.

export const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

/** Tag, length, value. */
export function tlv(tag: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values);
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

export const sequence = (...values: readonly Buffer[]): Buffer => tlv(0x30, ...values);

export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tlv(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

export const nameOf = (text: string): Buffer =>
  sequence(tlv(0x31, sequence(objectId(COMMON_NAME), tlv(0x0c, Buffer.from(text)))));

export const utcTime = (date: Date): Buffer =>
  tlv(
    0x17,
    Buffer.from(
      date
        .toISOString()
        .replace(/\.\d+Z$/, 'Z')
        .replace(/[-:T]/g, '')
        .slice(2),
    ),
  );

export function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [tlv(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...flag, tlv(0x04, value));
}
