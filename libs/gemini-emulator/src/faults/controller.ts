import { seededRandom, type Random } from '../random.js';
import { homeOf, routesOf, scopeOf, whyNever } from './reach.js';
import type {
  ArmedFault,
  Fault,
  FaultController,
  FaultMatch,
  FaultRule,
  HttpFault,
  ItemFault,
  JobFault,
  RouteName,
} from './types.js';

/** What a fault could happen to. */
export interface Occasion {
  readonly route?: RouteName;
  readonly model?: string;
  readonly key?: string;
  readonly displayName?: string;
}

interface Armed {
  readonly id: string;
  readonly rule: FaultRule;
  readonly random: Random;
  seen: number;
  struck: number;
}

/** Keeps the armed rules, and decides by them alone (and by the seed) whether an occasion goes wrong. */
export class FaultBook implements FaultController {
  private readonly armed: Armed[] = [];
  private count = 0;

  constructor(private readonly seed: number) {}

  arm(rule: FaultRule): string {
    const reason = whyNever(rule);
    if (reason !== undefined) throw new RangeError(reason);
    this.count += 1;
    const id = `fault-${this.count}`;
    this.armed.push({ id, rule, random: seededRandom(this.seed, 'fault', this.count), seen: 0, struck: 0 });
    return id;
  }

  disarm(id: string): boolean {
    const at = this.armed.findIndex((armed) => armed.id === id);
    if (at >= 0) this.armed.splice(at, 1);
    return at >= 0;
  }

  clear(): void {
    this.armed.length = 0;
  }

  list(): readonly ArmedFault[] {
    return this.armed.map(({ id, rule, seen, struck }) => ({ id, rule, seen, struck }));
  }

  strikeHttp(occasion: Occasion): HttpFault | undefined {
    return this.strike(occasion, isHttpFault);
  }

  strikeJob(occasion: Occasion): JobFault | undefined {
    return this.strike(occasion, isJobFault);
  }

  strikeItem(occasion: Occasion): ItemFault | undefined {
    return this.strike(occasion, isItemFault);
  }

  private strike<F extends Fault>(occasion: Occasion, wanted: (fault: Fault) => fault is F): F | undefined {
    for (const armed of this.armed) {
      const { fault, match, skip = 0, times = 1, chance = 1 } = armed.rule;
      if (!wanted(fault)) continue;
      if (times !== 'always' && armed.struck >= times) continue;
      if (!matches(match ?? {}, homeOf(fault.kind), occasion)) continue;
      armed.seen += 1;
      if (armed.seen <= skip) continue;
      if (chance < 1 && armed.random() >= chance) continue;
      armed.struck += 1;
      return fault;
    }
    return undefined;
  }
}

const isHttpFault = (fault: Fault): fault is HttpFault => scopeOf(fault.kind) === 'http';
const isJobFault = (fault: Fault): fault is JobFault => scopeOf(fault.kind) === 'job';
const isItemFault = (fault: Fault): fault is ItemFault => scopeOf(fault.kind) === 'item';

function matches(match: FaultMatch, home: readonly RouteName[] | undefined, occasion: Occasion): boolean {
  const routes = routesOf(match) ?? home;
  if (routes !== undefined && (occasion.route === undefined || !routes.includes(occasion.route)))
    return false;
  return (
    fits(match.model, occasion.model) &&
    fits(match.key, occasion.key) &&
    fits(match.displayName, occasion.displayName)
  );
}

function fits(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (text === undefined) return false;
  const source = pattern.split('*').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}
