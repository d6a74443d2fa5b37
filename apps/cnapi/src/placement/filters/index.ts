import { brand } from './brand';
import type { Filter } from './filter';
import { nicTags } from './nic-tags';
import { reserved } from './reserved';
import { state } from './state';
import { traits } from './traits';

/** In the order in which explanations show them. Room is last, and is asked of single servers, not of classes. */
export const filters: readonly Filter[] = [state, reserved, brand, nicTags, traits];
export type { Filter };
