// Preloaded into the program: notes when each phase of a run ends, in milliseconds since the process began, as JSON in
// the file that PHASES names. It loads nothing that the program would not.
'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const { performance } = require('node:perf_hooks');
const process = require('node:process');

const ends = {};
const end = (phase) => (ends[phase] ??= performance.now());
end('node');

const on = process.on;
process.on = function (name, ...rest) {
  // A command listens for Ctrl-C when it is made: it and oclif are loaded then.
  if (name === 'SIGINT') end('command');
  return on.call(this, name, ...rest);
};

const { stat } = fs;
fs.stat = (file, ...rest) => {
  // The flags are parsed, and the store asks for the kubeconfig.
  if (file === process.env.KUBECONFIG) end('flags');
  return stat(file, ...rest);
};

const load = Module._load;
Module._load = function (id, ...rest) {
  if (!/^(node:)?https$/.test(id) || ends.kubeconfig) return load.call(this, id, ...rest);
  end('kubeconfig');
  const https = load.call(this, id, ...rest);
  end('https');
  const { request } = https;
  https.request = (...given) => {
    end('request');
    const sent = request(...given);
    sent.on('socket', (socket) => socket.once('secureConnect', () => end('tls')));
    sent.on('response', (response) => response.on('end', () => end('answer')));
    return sent;
  };
  return https;
};

process.on('exit', () => {
  end('output');
  fs.writeFileSync(process.env.PHASES, JSON.stringify(ends));
});
