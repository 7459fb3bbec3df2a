import vm from 'node:vm';
import { lazily } from '../../../.config/lazy-require.js';

/** Runs a CommonJS source and tells what it required, in order, before and after `exports.go()`. */
function run(source: string): { before: string[]; after: string[]; result: unknown } {
  const asked: string[] = [];
  const library = {
    twice: (n: number) => 2 * n,
    default: {
      Thing: class {
        readonly size = 3;
      },
    },
  };
  const require = (id: string): unknown => {
    asked.push(id);
    return library;
  };
  const exports: { go?: () => unknown } = {};
  vm.runInNewContext(lazily(source), {
    require,
    exports,
    __importDefault: (x: unknown) => x,
    __toESM: (x: unknown) => x,
  });
  const before = [...asked];
  const result = exports.go?.();
  return { before, after: asked, result };
}

test.each<[string, string, unknown]>([
  ['TypeScript', 'const a_1 = require("a");\nexports.go = () => a_1.twice(4) + (0, a_1.twice)(1);', 10],
  ['a default', 'const a_1 = __importDefault(require("a"));\nexports.go = () => new a_1.default.Thing().size;', 3],
  ['esbuild', 'var x=1,import_a=require("a"),y=2;exports.go=()=>(0,import_a.twice)(x+y)', 6],
  ['esbuild, interop', 'var import_a=__toESM(require("a"),1);exports.go=()=>import_a.default&&import_a.twice(1)', 2],
])('what %s writes is loaded at its first use, once', (_title, source, result) => {
  expect(run(source)).toEqual({ before: [], after: ['a'], result });
});

test.each<[string, string]>([
  ['for its side effects', 'require("a");'],
  ['used as a whole', 'const a_1 = require("a");\nexports.go = () => ({ ...a_1 });'],
  ['a base class', 'const a_1 = require("a");\nclass B extends a_1.default.Thing {}'],
])('what is there %s is loaded at once', (_title, source) => {
  expect(run(source).before).toEqual(['a']);
});
