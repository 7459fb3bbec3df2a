/** A scalar that is written as it was read, without quotes: a number no reader but the one it is meant for may round. */
export class Verbatim {
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }
}
