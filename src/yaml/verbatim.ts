/** A scalar that the writer prints exactly as it was read, without quotes, so that a large number is not rounded on the way. */
export class Verbatim {
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text;
  }
}
