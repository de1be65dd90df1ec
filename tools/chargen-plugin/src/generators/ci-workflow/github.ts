import { minutesOfJob, type WorkflowSettings } from './workflow-settings.js';

/** Actions by full commit, since a tag can be moved. */
const CHECKOUT = 'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0';
const SETUP_NODE = 'actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0';
const UPLOAD = 'actions/upload-artifact@330a01c490aca151604b8cf639adc76d48f6c5d4 # v5.0.0';

const BY_ITSELF = (branch: string): string => `  push:
    branches: [${branch}]
  # Collects what Google has finished, and goes on with what no push comes back to.
  schedule:
    - cron: '17 */2 * * *'
`;

/** The workflow that makes pictures and proposes them by pull request. */
export function picturesWorkflow(settings: WorkflowSettings): string {
  const { branch, maxCost, runsByItself, wait } = settings;
  return `# Makes the pictures that a change asks for, waits a stated time, and proposes them by pull request.
# The API key is the secret GEMINI_API_KEY of the repository.
name: pictures

on:
${runsByItself ? BY_ITSELF(branch) : ''}  workflow_dispatch:
    inputs:
      mode:
        description: 'generate: make what is not made yet. collect: take what Google has finished, submit nothing.'
        type: choice
        options: [generate, collect]
        default: generate
      max-cost:
        description: US dollars that the run may cost, or "unlimited"
        default: '${maxCost}'

permissions: {}

# One at a time: two would wait for each other's jobs at Google anyway. GitHub keeps one that waits and cancels the
# others, so a scheduled run makes what those would have made.
concurrency:
  group: chargen-pictures
  cancel-in-progress: false

jobs:
  pictures:
    # A pull request runs code that is not reviewed yet; it gets neither the key nor a token that writes.
    if: github.event_name != 'pull_request' && github.event_name != 'pull_request_target'
    runs-on: ubuntu-latest
    timeout-minutes: ${minutesOfJob(wait)}
    permissions:
      contents: write
      pull-requests: write
${stepsOf(settings)}`;
}

function stepsOf({ commands, lfs, maxCost, wait }: WorkflowSettings): string {
  return `    steps:
      - uses: ${CHECKOUT}
        with:
          fetch-depth: 0
          # Packages that are installed below run scripts; the token that writes is not in their reach.
          persist-credentials: false
${lfs ? '          lfs: true\n' : ''}      - uses: ${SETUP_NODE}
        with:
          node-version: '22'
      - name: Install
        run: ${commands.install}
      - name: Make pictures
        env:
          MODE: \${{ inputs.mode || 'generate' }}
          # Empty on a schedule and by hand: then everything that is not made yet is looked at.
          CHARGEN_BASE: \${{ github.event.before }}
          CHARGEN_WAIT: ${wait}
          CHARGEN_MAX_COST: \${{ inputs.max-cost || '${maxCost}' }}
          # A shared store and a remote cache for Nx, if the repository has these variables.
          CHARGEN_STORE_REMOTE: \${{ vars.CHARGEN_STORE_REMOTE }}
          CHARGEN_STORE_TOKEN: \${{ secrets.CHARGEN_STORE_TOKEN }}
          NX_SELF_HOSTED_REMOTE_CACHE_SERVER: \${{ vars.NX_SELF_HOSTED_REMOTE_CACHE_SERVER }}
          NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: \${{ secrets.NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN }}
          GEMINI_API_KEY: \${{ secrets.GEMINI_API_KEY }}
          GH_TOKEN: \${{ github.token }}
        run: |
          gh auth setup-git
          ${commands.run} chargen-ci "$MODE"
      - name: Propose pictures
        # Also after a failure: what was paid for is proposed, also if the rest failed.
        if: \${{ !cancelled() }}
        env:
          GH_TOKEN: \${{ github.token }}
        run: |
          gh auth setup-git
          ${commands.run} chargen-ci propose
      - name: Keep the journal of the run
        if: \${{ always() }}
        uses: ${UPLOAD}
        with:
          name: chargen-run-\${{ github.run_id }}-\${{ github.run_attempt }}
          path: .chargen/batch
          include-hidden-files: true
          if-no-files-found: ignore
          retention-days: 30
`;
}

/** The workflow that shows what a pull request would ask for; it has no secret. */
export function checkWorkflow({ commands }: Pick<WorkflowSettings, 'commands'>): string {
  return `# Checks the world of a pull request, and shows what it would ask for. It has no secret.
name: check the world

on:
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
      - uses: ${SETUP_NODE}
        with:
          node-version: '22'
      - run: ${commands.install}
      - run: ${commands.run} chargen check
      - run: ${commands.run} chargen plan
`;
}
