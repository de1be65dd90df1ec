import { GALLERY } from '../commands/gallery-spec.js';
import type { CommandSpec } from './spec.js';
import { RUN_COMMANDS } from './specs/run-commands.js';
import { PLANNING_COMMANDS } from './specs/planning-commands.js';
import { ASKING_COMMANDS } from './specs/asking-commands.js';
import { PICTURE_COMMANDS } from './specs/picture-commands.js';
import { REVIEW_COMMANDS } from './specs/review-commands.js';
import { STORE_COMMANDS } from './specs/store-commands.js';
import { SETUP_COMMANDS } from './specs/setup-commands.js';

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandSpec[] = [
  ...RUN_COMMANDS,
  ...PLANNING_COMMANDS,
  ...ASKING_COMMANDS,
  ...PICTURE_COMMANDS,
  ...REVIEW_COMMANDS,
  GALLERY,
  ...STORE_COMMANDS,
  ...SETUP_COMMANDS,
];
