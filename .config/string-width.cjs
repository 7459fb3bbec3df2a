// Loads string-width, an entry of its own beside the chunks, when the first text with more than ASCII in it is measured: its
// regular expressions over all emoji take half as long to read as a whole start of Node.
let stringWidth;
module.exports = (text) => (stringWidth ??= require(`${__dirname}/../string-width.cjs`))(text);
