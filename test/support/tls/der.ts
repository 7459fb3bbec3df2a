/** The few forms of DER that certificates consist of (X.690). Node reads X.509 and does not write it. */

/** Tag, length, value. */
export function tlv(tag: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values);
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

export const sequence = (...values: readonly Buffer[]): Buffer => tlv(0x30, ...values);
export const octets = (...values: readonly Buffer[]): Buffer => tlv(0x04, ...values);
export const bits = (value: Buffer): Buffer => tlv(0x03, Buffer.from([0]), value);
export const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.from([value ? 0xff : 0]));
/** A whole number below 128. */
export const small = (value: number): Buffer => tlv(0x02, Buffer.from([value]));
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text));

export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tlv(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** A time as certificates have it until 2049, to the second. */
export function utcTime(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return tlv(0x17, Buffer.from(digits.slice(2)));
}

/** Text in the armour of PEM (RFC 7468). */
export function armour(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
