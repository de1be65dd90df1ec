import { minutesOfJob, type WorkflowSettings } from './workflow-settings.js';

/** The jobs of GitLab CI: pictures on the default branch, a check without a key for merge requests. */
export function gitlabJobs(settings: WorkflowSettings): string {
  const { branch, commands, maxCost, wait } = settings;
  return `# Makes the pictures that a change asks for, waits a stated time, and proposes them by merge request.
# Variables of the project: GEMINI_API_KEY, masked and protected. "Allow Git push requests to the repository" is on for
# job tokens. A schedule of pipelines collects what Google has finished; with MODE=collect it submits nothing.
pictures:
  image: node:22
  stage: deploy
  # One at a time: two would wait for each other's jobs at Google anyway.
  resource_group: chargen-pictures
  timeout: ${minutesOfJob(wait)} minutes
  rules:
    - if: $CI_PIPELINE_SOURCE != "merge_request_event" && $CI_COMMIT_BRANCH == "${branch}"
  variables:
    GIT_DEPTH: '0'
    MODE: generate
    # All zeros on a schedule: then everything that is not made yet is looked at.
    CHARGEN_BASE: $CI_COMMIT_BEFORE_SHA
    CHARGEN_WAIT: ${wait}
    CHARGEN_MAX_COST: '${maxCost}'
  script:
    - ${commands.install}
    # What was paid for is proposed, also if the rest failed.
    - ${commands.run} chargen-ci "$MODE" || made=$?
    - ${commands.run} chargen-ci propose
    - exit "\${made:-0}"
  artifacts:
    when: always
    expire_in: 30 days
    paths:
      - .chargen/batch

check-world:
  image: node:22
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - ${commands.install}
    - ${commands.run} chargen check
    - ${commands.run} chargen plan
`;
}
