import { z } from 'zod';
import { TASKS } from './task-modules.js';

// One task in this process: what it measured goes to standard output as the last line.
const given = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const [module = '', name = '', json = '{}'] = process.argv.slice(2);
const tasks = await TASKS[module]?.();
const task = tasks?.[name];
if (task === undefined) throw new Error(`There is no task ${module}/${name}.`);
const numbers = await task(given.parse(JSON.parse(json)));
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ ...numbers, peakMb })}\n`);
// What a benchmark leaves open, such as a server's sockets, must not keep its process.
process.exit(0);
