import type { PlacementExplanation, ServerId } from '@nereid/contracts';
import type { Candidate } from './choose';
import { filters } from './filters';
import type { Picture, ServerClass } from './picture';
import { dimensions, type Need } from './picture.types';

type Step = PlacementExplanation['steps'][number];

/**
 * What each filter left of all servers, and why the others went. Filters are asked once a class. With `withRoom` every server left is
 * asked for room too, which takes as long as there are servers: for failures and for people, not for every create.
 */
export function explain(
  picture: Picture,
  need: Need,
  outcome: { candidates: readonly Candidate[]; chosen?: ServerId; conflicts: number; withRoom: boolean },
): PlacementExplanation {
  let left: ServerClass[] = [...picture.allClasses()];
  const steps: Step[] = [];
  for (const filter of filters) {
    const reasons = new Map<string, number>();
    left = left.filter((one) => {
      const reason = filter.refuses(one.traits, need);
      if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + one.servers.size);
      return reason === undefined;
    });
    steps.push({ filter: filter.name, left: sizeOf(left), removed: asList(reasons) });
  }
  if (outcome.withRoom) steps.push(locality(left, need), room(left, need));
  return {
    considered: picture.size,
    steps,
    best: outcome.candidates
      .slice(0, 5)
      .map(({ server, score }) => ({ server, score: round(score), parts: partsOf(picture, server, score) })),
    ...(outcome.chosen && { chosen: outcome.chosen }),
    conflicts: outcome.conflicts,
  };
}

/** The customer's sentence for a failed placement: the filter that left nothing. */
export function summary(explanation: PlacementExplanation): string {
  const emptied = explanation.steps.find((step) => step.left === 0);
  if (!emptied) return 'no server took the reservation; try again';
  const reasons = emptied.removed.map(({ reason, count }) => `${reason} (${count})`).join(', ');
  return `none of ${explanation.considered} servers passes ${emptied.filter}${reasons ? `: ${reasons}` : ''}`;
}

function locality(left: readonly ServerClass[], need: Need): Step {
  const reasons = new Map<string, number>();
  const allowed = [...allowedNodes(left, need, reasons)];
  return { filter: 'locality', left: allowed.length, removed: asList(reasons) };
}

function room(left: readonly ServerClass[], need: Need): Step {
  const reasons = new Map<string, number>();
  let fitting = 0;
  for (const node of allowedNodes(left, need, new Map())) {
    const short = dimensions.find((dimension) => need.amounts[dimension] > node.free[dimension]);
    if (short === undefined) fitting++;
    else reasons.set(`not enough ${short}`, (reasons.get(`not enough ${short}`) ?? 0) + 1);
  }
  return { filter: 'room', left: fitting, removed: asList(reasons) };
}

function* allowedNodes(left: readonly ServerClass[], need: Need, refused: Map<string, number>) {
  for (const one of left) {
    for (const node of one.servers.nodes()) {
      const reason = whyNotThere(node.facts.id, need);
      if (reason === undefined) yield node;
      else refused.set(reason, (refused.get(reason) ?? 0) + 1);
    }
  }
}

function whyNotThere(server: ServerId, need: Need): string | undefined {
  if (need.server && need.server !== server) return 'another server was named';
  if (need.onlyOn && !need.onlyOn.has(server)) return 'not where the instances to be near stand';
  return need.neverOn.has(server) ? 'an instance to be far from stands there' : undefined;
}

/** They add up to the score with which the server was looked at; by now it may have another, for something was just put there. */
function partsOf(picture: Picture, server: ServerId, score: number): Record<string, number> {
  const bonus = picture.classOf(server)?.bonus ?? 0;
  return { fill: round(score - bonus), class: round(bonus) };
}

function sizeOf(classes: readonly ServerClass[]): number {
  return classes.reduce((sum, one) => sum + one.servers.size, 0);
}

function asList(reasons: Map<string, number>): Step['removed'] {
  return [...reasons].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
