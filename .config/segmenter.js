/** Intl.Segmenter, made when the first text is cut up. */
export class Segmenter {
  constructor(...options) {
    this.options = options;
  }

  segment(text) {
    this.made ??= new globalThis['Intl'].Segmenter(...this.options);
    return this.made.segment(text);
  }
}
