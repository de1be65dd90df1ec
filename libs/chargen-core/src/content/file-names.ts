/** The file that makes a folder an entity. */
export const IMAGERY_FILE = 'imagery.yaml';

/** The second file of some characters: what to paint of them. */
export const IDEAS_FILE = 'image-ideas.yaml';

/** Files that some dialect reads beside imagery.yaml. */
export const SIBLING_FILES = [IDEAS_FILE] as const;

/** Within an entity's folder: which of its pictures people approved or rejected. */
export const APPROVAL_FILE = 'approval.jsonl';

/** Within an entity's folder: its pictures, the author's and the generated ones. */
export const IMAGES_FOLDER = 'images';

/** Within an entity's folder: what `-c preview` draws. */
export const PREVIEW_FOLDER = `${IMAGES_FOLDER}/preview`;

/** Within the folder of the pictures: the takes that their scenes do not name, as `<scene>@<take>`. */
export const TAKES_FOLDER = 'takes';

/** Extensions of generated pictures; which one it is, the model decides. */
export const PICTURE_EXTENSIONS = ['png', 'jpg', 'webp'] as const;
export type PictureExtension = (typeof PICTURE_EXTENSIONS)[number];

/** A name that an author may give a picture. */
export const PICTURE_NAME = /\.(?:png|jpe?g|webp)$/i;

/** What is beside a picture: how it was made, why it was not, what was found in it. */
export const RECIPE_SUFFIX = '.recipe.json';
export const REFUSAL_SUFFIX = '.refused.json';
export const ANALYSIS_SUFFIX = '.analysis.json';
