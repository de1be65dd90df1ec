/**
 * The public names of the engine, by the file that defines them, in the order of its stages. Each is used by another
 * package of this repository; what is not listed here is private to the engine.
 */
export { isDataMap, valueAt } from './content/data.js';
export { appendItem, spliceField, type SpliceOutcome } from 'yaml-splice';
export { writeFileAtomic } from './util/atomic-write.js';
export { type Clock, SYSTEM_CLOCK } from './util/clock.js';
export { ignoredByGit } from './util/git-ignored.js';
export { isInRepository } from './util/in-repository.js';
export { nearest } from './util/nearest.js';
export { isWithin, pathFrom } from './util/paths.js';
export { replaceIfUnchanged } from './util/replace-authored.js';
export { restoreAside } from './util/restore-aside.js';
export { withInterruption } from './util/with-interruption.js';
export { type ModelTerms, describeSuccessors, judgeModel } from './catalogue/models.js';
export { SCENE_ID, canonicalSchema, imageryJsonSchema, sceneSchema } from './content/canonical-schema.js';
export type { Diagnostic, LocatedDiagnostic } from './content/diagnostic.js';
export { formOf } from './content/dialects/table.js';
export { ENTITY_TYPES, type EntityType, TYPE_FOLDERS, WORLD_FOLDERS } from './content/entity-types.js';
export type { Entity, Scene } from './content/entity.js';
export { APPROVAL_FILE, IMAGERY_FILE, PICTURE_EXTENSIONS, SIBLING_FILES } from './content/file-names.js';
export { filesNotRead } from './content/files-not-read.js';
export { MAX_TAKES, takesIn } from './content/takes-schema.js';
export { findImageryFiles } from './content/find-imagery-files.js';
export { diagnosticLine } from './content/format-diagnostic.js';
export { locateInWorkspace } from './content/locate-in-workspace.js';
export { locateDiagnostics } from './content/locate.js';
export { parseYaml } from './content/parse-yaml.js';
export { patternsInUse } from './content/patterns-in-use.js';
export { imagePath } from './content/picture-paths.js';
export { readEntity } from './content/read-entity.js';
export { resolveReferences } from './content/references.js';
export { slugOf } from './content/slug.js';
export { type WorldStyle, styleJsonSchema } from './content/style.js';
export { whyNotOnWindows } from './content/windows-names.js';
export { ContentReader, type EntityFolder, type LoadedEntity, type World } from './content/world.js';
export { type CompiledPrompt, PRECEDENCE, compilePrompt } from './prompt/compile.js';
export { type PromptFigures, promptFigures } from './prompt/figures.js';
export { lintPrompts } from './prompt/lint.js';
export { WHYS } from './prompt/looks.js';
export { selectReferences } from './prompt/select-references.js';
export { noStyleMessage } from './prompt/style-words.js';
export { styleYaml, suggestStyle } from './prompt/suggest-style.js';
export { openRemote } from './store/open-remote.js';
export { packEnvelope, unpackEnvelope } from './store/remote-envelope.js';
export { RemoteFolder } from './store/remote-folder.js';
export { RemoteHttp } from './store/remote-http.js';
export type { Claimant, ListedClaim, RemoteClaim, RemoteStore } from './store/remote-store.js';
export { ResultStore } from './store/result-store.js';
export type { Store } from './store/store.js';
export type { StoredPicture, StoredResult } from './store/stored-result.js';
export { type CanonicalRequest, asContentKey, requestText, sceneOfItem } from './recipe/canonical-request.js';
export { describeNoPicture, kindOfNoPicture } from './recipe/no-picture.js';
export { type PictureAnalysis, readAnalysisFile, typeAnswer } from './recipe/picture-analysis.js';
export { ADOPTED, type Recipe, type Refusal, readRecipe, readRefusal } from './recipe/recipe.js';
export { addCosts, type CostEstimate, FULL_PRICE, NO_COST, estimateCost } from './plan/cost.js';
export { FileDigests } from './plan/file-digests.js';
export { FoundPictures } from './plan/found-pictures.js';
export { KeptPrompts } from './plan/kept-prompts.js';
export {
  DERIVED_STATE,
  PREVIEW_PLACES,
  type Places,
  REAL_PLACES,
  analysisPath,
  sceneName,
  scenePaths,
} from './plan/places.js';
export { Planner } from './plan/planner.js';
export type { PlannedReference, PlannedScene } from './plan/scene-state.js';
export { scenesShownIn } from './plan/scenes-shown-in.js';
export { Selection } from './plan/selection.js';
export { type ChargenSettings, DEFAULT_SETTINGS, modelTerms, taskSettings } from './plan/settings.js';
export { scenesWithTakes, takesOf } from './plan/takes.js';
export { queueLimit } from './plan/split-jobs.js';
export { type GeminiDoor, GeminiError, type ServedModel } from './gemini/door.js';
export { ACCESS_CAUSES, kindOfCause } from './gemini/error-cause.js';
export { openGemini } from './gemini/open.js';
export { refusalAdvice } from './run/advice.js';
export { cancelRun } from './run/cancel-run.js';
export { describeCancel } from './run/describe-cancel.js';
export { type UnservedItems, unservedItems } from './run/unserved-items.js';
export { collectResults } from './run/collect/collect.js';
export { runEngine } from './run/engine/engine.js';
export { type RunEvent, runEventSchema } from './run/events.js';
export { workspacePart } from './run/journal/names-at-google.js';
export { isOfKeptAnswer, readDeadLetters } from './run/journal/dead-letters.js';
export { type LockHolder, WorkspaceLock } from './run/journal/lock.js';
export { readPayments, sumOfPayments } from './run/journal/payments.js';
export { RunDirectories, RunDirectory, isRunId } from './run/journal/run-directory.js';
export { type PlanItem, isSettled } from './run/journal/run-state.js';
export { dropRefusedLetters, listDeadLetters } from './run/dead-letters-of-runs.js';
export { type StopWords, UNLIMITED, capFor, stopOfError } from './run/stop.js';
export {
  type ApprovalState,
  type SceneApproval,
  approvalsOf,
  reviewScene,
  reviewScenes,
} from './record/approvals.js';
export { NOT_UTF8, readAuthoredText } from './record/authored-text.js';
export { describeKept, findKeptVersions, foldersWrittenIn } from './record/leftovers.js';
export { recordAll } from './record/record-all.js';
export { recordParts } from './commands/record-parts.js';
export { writeRecord, type RecordParts } from './record/write-record.js';
export { type AltText, altTextOf } from './analysis/alt-text.js';
export {
  box,
  describeEntity,
  describeNames,
  describePlan,
  describeReport,
  describeScene,
} from './report/describe.js';
export { EXIT_OF_STOP, type RunExit, exitOfReport, isAtGoogle } from './report/exit-of-report.js';
export type { JobTimes } from './run/journal/job-times.js';
export {
  describeJobTimes,
  describeStuck,
  describeUsual,
  readJobHistory,
  stuckJobs,
} from './report/job-times.js';
export { describeCost, describeEstimate, dollars, duration, plural } from './report/money.js';
export { BACKUP_ADVICE, describeOnlyCopies } from './report/only-copies.js';
export {
  type EntityOutcome,
  type GeneratePlan,
  type Outcome,
  type RunReport,
  type SceneOutcome,
  isSettledWithout,
} from './report/outcome.js';
export { describeCauses } from './report/pending-causes.js';
export { ProgressLines, progressLine } from './report/progress-lines.js';
export { parseReport } from './report/report-schema.js';
export { type HistoryEntry, type RunSummary, listRuns } from './report/run-history.js';
export { analyzePictures } from './pipeline/analyze.js';
export {
  KEY_VARIABLES,
  SELECTION_VARIABLE,
  findApiKey,
  openDoorFromEnvironment,
  parseWait,
  runControl,
  selectionFrom,
  takesFrom,
} from './pipeline/environment.js';
export { generatePictures } from './pipeline/generate.js';
export { pullCommand } from './pipeline/lfs.js';
export { type NowOutcome, generateNow } from './pipeline/now.js';
export { NOTIFIER_VARIABLE, hasNews, notify } from './pipeline/notify.js';
export { findOnlyCopies } from './pipeline/only-copies.js';
export { type SharedStoreSettings, openStore, sharedStoreFrom } from './pipeline/open-store.js';
export { writeJoinedReport } from './pipeline/write-report.js';
export type { GenerateOptions } from './pipeline/options.js';
export { editedAdvice } from './pipeline/picture-outcome.js';
export type { PlannedItem } from './pipeline/plan-item.js';
export { type SceneContext, type StoreContext, planScene } from './pipeline/plan-scene.js';
export type { RunControl } from './pipeline/run-control.js';
export { type Audit, type AuditFinding, auditWorld } from './commands/audit.js';
export { type AdoptedScene, type AdoptionPlan, adoptAs, adoptPictures } from './commands/adopt.js';
export { checkWorld } from './commands/check-world.js';
export {
  chooseEntities,
  findScene,
  findTake,
  selectScenes,
  slugOfEntity,
  unknownEntity,
} from './commands/choose.js';
export type { CopyReport, FileNote } from './commands/copy-store.js';
export { type CostSum, paidAnswers, sumCosts } from './commands/cost-history.js';
export { describeEdited, findEditedPictures } from './commands/guard.js';
export { discardEditedPicture, keepEditedPicture } from './commands/keep-discard.js';
export { type ListedApproval, listApprovals } from './commands/list-approvals.js';
export { type MissingTake, missingTakes } from './commands/missing-takes.js';
export { type ListedTake, type TakesContext, listTakes, takesToRoll } from './commands/list-takes.js';
export { type ListedModel, type ModelDifference, compareModels, listModels } from './commands/list-models.js';
export { type AnalysesPlan, planAnalyses } from './commands/plan-analyses.js';
export type { ListedScene } from './commands/entity-findings.js';
export { KeptFindings } from './commands/kept-findings.js';
export { type EntityPlan, type WorldPlan, hasErrors, planItems, planWorld } from './commands/plan-world.js';
export { type RefreshPlan, planRefresh } from './commands/plan-refresh.js';
export { nextAttempt, raiseAttempt } from './commands/raise-attempt.js';
export { type SetFieldOutcome, setSceneField } from './commands/set-scene-field.js';
export { setStyleWording } from './commands/set-style-wording.js';
export { backupStore, restoreStore } from './commands/store-backup.js';
export { moveFromShared, type SharedSurvey, surveyShared } from './commands/shared-gc.js';
export { type Removable, removeFromStore, surveyStore } from './commands/store-gc.js';
export { useTake } from './commands/use-take.js';
export { verifyBackup } from './commands/verify-backup.js';
export { type Change, type Explanation, explainScene } from './commands/why.js';
export { type DiffPart, wordDiff } from './commands/word-diff.js';
