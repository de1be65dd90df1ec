/** Meanings of plugin options that a flag of `chargen` sets too. Loads nothing, so that help can read them. */
export const OPTION_MEANINGS = {
  contentRoot: 'folder that holds the world',
  workspaceId:
    "part of every job's name at Google, so that other machines find this workspace's jobs; give a fork its own",
} as const;
