#!/usr/bin/env node
import { runCi } from '../dist/ci/cli.js';

process.exitCode = await runCi(process.argv.slice(2), { cwd: process.cwd(), env: process.env });
