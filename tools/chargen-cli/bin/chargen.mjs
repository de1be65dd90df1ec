#!/usr/bin/env node
import { main, optimizeLater } from '../dist/bundle/main.js';

process.exitCode = await main(process.argv.slice(2), process.env, process, optimizeLater);
