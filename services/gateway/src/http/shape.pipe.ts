import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { refusals } from './gateway-errors.js';

/** The one pipe: checks the shape of a body, query or path. Throws `GATEWAY.SHAPE_INVALID` naming the first field. */
export class Shape<S extends z.ZodType> implements PipeTransform {
  constructor(readonly schema: S) {}

  transform(value: unknown): z.output<S> {
    const parsed = this.schema.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const unknownField = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const path = [...(issue?.path ?? []), ...unknownField].join('.');
    throw refusals.shapeInvalid(issue?.message ?? 'not valid', path.slice(0, 100));
  }
}
