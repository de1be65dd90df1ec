import type { Benchmark } from '../report.js';
import { collecting } from './collecting.js';
import { economy } from './economy.js';
import { exporting } from './exporting.js';
import { growth } from './growth.js';
import { inference } from './inference.js';
import { joining } from './joining.js';
import { noopRerun } from './noop-rerun.js';
import { planning } from './planning.js';
import { prompts } from './prompts.js';
import { realShape } from './real-shape.js';
import { staging } from './staging.js';
import { showProjects } from './show-projects.js';
import { startUp } from './start-up.js';

/** In the order in which they run and are told. */
export const BENCHMARKS: readonly Benchmark[] = [
  noopRerun,
  startUp,
  inference,
  showProjects,
  planning,
  realShape,
  joining,
  staging,
  economy,
  collecting,
  growth,
  exporting,
  prompts,
];
