// Loads string-width, a separate entry of the bundle, when the first non-ASCII text is measured: compiling its regular expressions
// for emoji takes half as long as starting Node.
let stringWidth;
module.exports = (text) => (stringWidth ??= require(`${__dirname}/../string-width.cjs`))(text);
