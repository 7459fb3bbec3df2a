#!/usr/bin/env node
// kubectl runs this file for `kubectl skupper-mkl` and, under the name kubectl-skupper-mkl, for `kubectl skupper mkl`.
'use strict';
require('./compile-cache.js');
void require('./dist.js').startPlugin(process.argv.slice(2), `${__dirname}/..`);
