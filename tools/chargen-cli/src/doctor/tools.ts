import { NX_MAJORS } from 'chargen-plugin/setup';
import { findNx } from '../run/run-nx.js';
import type { Workspace } from '../workspace/open-workspace.js';
import { ok, type Finding } from './finding.js';

/** The versions that the packages state in `engines` and `peerDependencies`. */
const NODE = 'Node 20.19 or newer of 20, or 22.12 and newer';

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isFit = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  return isFit
    ? ok('node', `Node ${version}`)
    : {
        check: 'node',
        verdict: 'error',
        message: `Node ${version} is not supported.`,
        advice: `Use ${NODE}.`,
      };
}

export function checkNx(workspace: Workspace): Finding[] {
  const { workspaceRoot, hasPlugin } = workspace;
  const nx = findNx(workspaceRoot);
  const findings: Finding[] = [];
  if (nx === undefined) {
    findings.push({
      check: 'nx',
      verdict: hasPlugin ? 'error' : 'note',
      message: 'Nx is not installed here, so that nothing can be run.',
      advice: hasPlugin ? 'npm install' : 'chargen init',
    });
  } else if (!NX_MAJORS.some((major) => nx.version.startsWith(`${major}.`))) {
    findings.push({
      check: 'nx',
      verdict: 'warning',
      message: `Nx ${nx.version} is not one that chargen was tried with (${NX_MAJORS.join(', ')}).`,
      advice: 'npx nx migrate latest',
    });
  } else {
    findings.push(ok('nx', `Nx ${nx.version}`));
  }
  findings.push(
    hasPlugin
      ? ok('plugin', 'chargen-plugin is in nx.json')
      : {
          check: 'plugin',
          verdict: 'warning',
          message: 'No nx.json with chargen-plugin: plans and checks work, runs do not.',
          advice: 'chargen init',
        },
  );
  return findings;
}
