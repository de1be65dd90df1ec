/** What the page and the server of `--serve` say to each other. Types only: the server checks what it is sent. */

import type { ReviewView } from './model.js';

/** A change of an author's file, each of them small. Scenes and entities are named as in the index. */
export type Change =
  | { readonly kind: 'lock'; readonly scene: string; readonly locked: boolean }
  /** Raises `take`, so that the same request is asked once more. */
  | { readonly kind: 'reroll'; readonly scene: string }
  /** Raises `take` and notes beside it what was wrong. */
  | { readonly kind: 'reject'; readonly scene: string; readonly note: string }
  /** Raises `attempt`, so that what the model refused is asked for once more. */
  | { readonly kind: 'retry'; readonly scene: string }
  | { readonly kind: 'prompt'; readonly scene: string; readonly prompt: string }
  | {
      readonly kind: 'add-scene';
      readonly entity: string;
      readonly id: string;
      readonly title: string;
      readonly prompt: string;
    };

export interface DiffLine {
  /** `gap` stands for lines that are the same and not shown. */
  readonly kind: 'same' | 'gone' | 'new' | 'gap';
  readonly text: string;
  /** 1-based; 0 if the line is not in that text. */
  readonly before: number;
  readonly after: number;
}

export type Proposal =
  | {
      readonly kind: 'proposed';
      /** Relative to the workspace. */
      readonly file: string;
      /** sha256 of the file that the difference was made from; it comes back with the order to write. */
      readonly digest: string;
      readonly lines: readonly DiffLine[];
      /** What a person should know before agreeing. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'unchanged'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

export type Applied =
  | { readonly kind: 'applied'; readonly file: string }
  /** The file is no longer the one that the difference was made from. Nothing was written. */
  | { readonly kind: 'conflict'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

/** What a person decided about a picture that was seen. */
export interface ReviewOrder {
  readonly scene: string;
  /** sha256 of the picture that was looked at; if another one is there by now, nothing is written. */
  readonly seen: string;
  readonly state: ReviewView['state'];
  /** Empty for none. */
  readonly note: string;
  /** What an undo takes back; if something else was decided since, that stays. */
  readonly instead?: Pick<ReviewView, 'state' | 'note'> | undefined;
}

export interface SceneReview {
  readonly scene: string;
  readonly review: ReviewView;
}

export interface Reviewed {
  readonly kind: 'reviewed';
  /** The server's time after the last of them was written, in milliseconds since 1970: data made before may lack it. */
  readonly at: number;
  readonly reviews: readonly SceneReview[];
  /** Not taken back: what was decided since. */
  readonly stayed: readonly SceneReview[];
  /** Of which nothing was written. */
  readonly refused: readonly { readonly scene: string; readonly message: string }[];
}

/** Everything that a run of chosen scenes does, before it is started. */
export interface RunPlan {
  readonly kind: 'plan';
  /** sha256 of what is made and what it costs; the order to run repeats it. */
  readonly digest: string;
  /** What is made, laid or fetched from Google, each picture. */
  readonly pictures: readonly {
    readonly scene: string;
    /** `Ione Marsh: The lamp` */
    readonly title: string;
    /** Why it is to be made, as a clause. */
    readonly why: string;
    /** US dollars: 0 if another picture pays for the same request or Google works on it already, null if no price is known. */
    readonly estimatedUsd: number | null;
    /** It was not chosen, but a chosen scene shows it. */
    readonly comesAlong: boolean;
  }[];
  readonly requests: number;
  /** `about $0.27 ($0.27 to $0.54)` */
  readonly cost: string;
  /** `new: 3 scenes, $0.21`, one line a cause. */
  readonly causes: readonly string[];
  /** Scenes that show a picture of this run and are asked for anew after it, by a later run. */
  readonly later: readonly { readonly scene: string; readonly title: string }[];
  /** Pictures that a person edited: they stop the run until it is decided what stays. */
  readonly edited: readonly { readonly scene: string; readonly path: string; readonly why: string }[];
}

export type UsedTake =
  | {
      readonly kind: 'used';
      /** The take that the scene named before, to go back to. */
      readonly before: number;
      readonly message: string;
    }
  | { readonly kind: 'refused'; readonly message: string };

/** What pictures cost that are made at once, each by a request of its own at full price. */
export interface NowPlan {
  readonly kind: 'now-plan';
  readonly pictures: readonly {
    readonly scene: string;
    /** `about $0.13`, or why it cannot be made now. */
    readonly says: string;
    readonly isPossible: boolean;
  }[];
  /** Of those that are possible; the order to make them repeats it. */
  readonly cost: string;
}

export type Adopted =
  | { readonly kind: 'adopted'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

export type SettledEdit =
  | { readonly kind: 'settled'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

export type RunStatus =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      /** As a person would type it. */
      readonly command: string;
      /** What happens now, in a few words. */
      readonly phase: string;
      /** Requests that were answered, of all that were sent; 0 of 0 until something was sent. */
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly kind: 'ended';
      readonly command: string;
      readonly code: number | null;
      readonly summary: string;
    };

export type RunStarted =
  | { readonly kind: 'started' }
  | { readonly kind: 'refused'; readonly message: string };

/** What comes over the event stream, each as the JSON of its `data`. */
export type ServerEvent =
  | { readonly kind: 'status'; readonly status: RunStatus }
  | { readonly kind: 'line'; readonly text: string }
  /** Another page, or this one, reviewed pictures. */
  | { readonly kind: 'review'; readonly reviews: readonly SceneReview[]; readonly at: number }
  /** The page's data were made anew. */
  | { readonly kind: 'data' };
