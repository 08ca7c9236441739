// SPDX-License-Identifier: GPL-3.0-or-later
// DriftMoE from Node: a job's topics, and the command. README.md of the folder above shows how.
export { Client } from './client.mjs';
export { CommandError, bench, inspect, run } from './command.mjs';
export { Kinds, UnreadableRecord } from './records.mjs';
