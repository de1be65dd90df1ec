import { describeDefault, variableOf, VARIABLES, type Variable } from 'chargen-core/names';
import { ciServiceOf } from './ci-service.js';
import { CommandError, type Place } from './command.js';
import { makePictures } from './make-pictures.js';
import { proposePictures } from './propose-pictures.js';
import { requireApproved } from './require-approved.js';
import { complain } from './output.js';

const HELP = `chargen-ci: the steps of a workflow that makes pictures

  chargen-ci generate   make what changed since CHARGEN_BASE, else everything that is not made yet
  chargen-ci collect    take what Google has finished; submit nothing
  chargen-ci propose    commit pictures and records to a branch, and open a pull request
  chargen-ci approved   fail while a picture was rejected or not reviewed

${ownVariables()}
  CHARGEN_WAIT, CHARGEN_MAX_COST, CHARGEN_STORE_REMOTE and the like hold as everywhere.
`;

/** Answers the exit code. What is wrong is said on standard error. */
export async function runCi(args: readonly string[], place: Place): Promise<number> {
  const { env } = place;
  const branch = variableOf(env, 'CHARGEN_PR_BRANCH') ?? VARIABLES.CHARGEN_PR_BRANCH.default;
  try {
    switch (args[0]) {
      case 'generate':
        return await makePictures(place, { base: variableOf(env, 'CHARGEN_BASE'), branch, submit: true });
      case 'collect':
        return await makePictures(place, { base: undefined, branch, submit: false });
      case 'propose': {
        const base = variableOf(env, 'CHARGEN_PR_BASE') ?? ciServiceOf(env).branch ?? 'main';
        return await proposePictures(place, { branch, base });
      }
      case 'approved':
        return await requireApproved(place);
      case '--help':
      case '-h':
        process.stdout.write(HELP);
        return 0;
      default:
        process.stderr.write(HELP);
        return 2;
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    complain(error.message);
    return 1;
  }
}

/** The variables of these steps alone, a line each. */
function ownVariables(): string {
  return Object.entries<Variable>(VARIABLES)
    .flatMap(([name, variable]) =>
      variable.readBy === 'chargen-ci'
        ? [`  ${name.padEnd(21)} ${variable.meaning} (default: ${describeDefault(variable)})`]
        : [],
    )
    .join('\n')
    .replaceAll('`', '');
}
