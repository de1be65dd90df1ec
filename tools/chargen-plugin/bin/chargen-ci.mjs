#!/usr/bin/env node
import { runCi } from '../dist/bundle/ci.js';

process.exitCode = await runCi(process.argv.slice(2), { cwd: process.cwd(), env: process.env });
