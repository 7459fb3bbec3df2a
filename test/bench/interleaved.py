"""Runs commands in turn, A B C A B C ..., and tells what each run cost, by the kernel's own account of the process.

Reads {"rounds": N, "cases": [{"command": [...], "env": {...}}]} as JSON from stdin; "{i}" in a word is the round.
Writes for each case a list of [wall seconds, CPU seconds, peak MiB, exit status]; one round before is not counted.
"""

import json
import os
import sys
import time

task = json.load(sys.stdin)
null = os.open(os.devnull, os.O_RDWR)
results = [[] for _ in task["cases"]]
for round_ in range(task["rounds"] + 1):
    for case, result in zip(task["cases"], results):
        words = [word.replace("{i}", str(round_)) for word in case["command"]]
        actions = [(os.POSIX_SPAWN_DUP2, null, stream) for stream in (0, 1, 2)]
        start = time.perf_counter()
        child = os.posix_spawnp(words[0], words, {**os.environ, **case["env"]}, file_actions=actions)
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - start
        if round_ > 0:
            cpu = usage.ru_utime + usage.ru_stime
            result.append([wall, cpu, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)])
json.dump(results, sys.stdout)
