/**
 * Texts of the suite that Go's reader accepts and this program refuses, by why. It refuses them with a place, which costs
 * nobody more than a look; what Go makes of most of them is not what their author meant.
 */
export const STRICTER: Readonly<Record<string, readonly string[]>> = {
  'content that Go drops without a word: after ..., a comment, a bracket or a scalar': [
    ...['3HFZ/0', '4H7K/0', '7Z25/0', 'BS4K/0', 'EB22/0', 'KS4U/0', 'M7A3/0', 'RHX7/0'],
  ],
  'tags other than those of YAML for texts, numbers, booleans, null, lists and maps': [
    ...['52DL/0', '565N/0', '6WLZ/0', '7FWL/0', '8MK2/0', '9HCY/0', '9WXW/0', 'CUP7/0', 'M5C3/0', 'S4JQ/0', 'U99R/0'],
    ...['UKK6/2', 'Z67P/0'],
  ],
  'tags of nothing, and tags on a line before a scalar or a bracket': ['9KAX/0', 'EHF6/0', 'LE5A/0'],
  'anchors with other characters than letters, digits, - and _': ['Y2GN/0'],
  'a document that is a block of text': [
    ...['6VJK/0', '7T8X/0', 'DWX9/0', 'G992/0', 'K527/0', 'M9B4/0', 'MJS9/0', 'MYW6/0', 'TS54/0'],
  ],
  'a key without braces in a list in brackets': [
    ...['87E4/0', '8UDB/0', 'CN3R/0', 'CT4Q/0', 'L9U5/0', 'LQZ7/0', 'QF4Y/0'],
  ],
  'colons, question marks and dashes in brackets that YAML 1.1 and 1.2 take differently': [
    ...['4ABK/0', '4MUZ/0', '652Z/0', 'G5U8/0', 'HM87/1', 'YJV2/0'],
  ],
  'keys of several lines': ['8KB6/0', '9BXH/0'],
  'tabs at the start of a line': ['DK95/5', 'HS5T/0', 'NB6Z/0', 'UV7Q/0'],
  'empty items of a list': ['SM9W/0', 'W42U/0'],
  'an escape and a comment that YAML does not have': ['HRE5/0', 'X4QW/0'],
};
