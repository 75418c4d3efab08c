import { insertFirst } from '@openswipe/service-kit';
import type { Model } from 'mongoose';

interface Place {
  readonly _id: string;
  readonly sequence: number;
}

/** Puts the document in the place of an earlier one, or where there is none; one that is as far or further stays. */
export async function moveForward<T extends Place>(model: Model<T>, document: T): Promise<void> {
  const { _id, ...place } = document;
  const move = () => model.updateOne({ _id, sequence: { $lt: place.sequence } } as object, { $set: place as object });
  if ((await move()).matchedCount === 1) return;
  // Not there yet, or already further; or another was first just now.
  if (!(await insertFirst(model, [document]))) await move();
}
