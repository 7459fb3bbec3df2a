#!/usr/bin/env node
'use strict';
require('./compile-cache.js');
void require('./dist.js').start(process.argv.slice(2), `${__dirname}/..`);
