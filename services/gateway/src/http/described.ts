import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

export const DESCRIPTION = 'openswipe:description';

export interface Description {
  readonly summary: string;
  /** Who may call: a merchant's secret key, a terminal's access token, the session cookie, or anybody. */
  readonly by: 'merchant' | 'terminal' | 'cookie' | 'anybody';
  /** Default: 200. */
  readonly status?: number;
  /** Nothing is answered without one. */
  readonly answer?: z.ZodType;
  /** Media type of the answer; default: JSON. */
  readonly mediaType?: string;
  /** Names of required headers. */
  readonly headers?: readonly string[];
  /** Codes of refusals that a client should know. */
  readonly refusals?: readonly string[];
}

/** What OpenAPI says of a route; bodies, queries and paths are read from the route's own `Shape` pipes. */
export const Described = (description: Description): MethodDecorator =>
  applyDecorators(SetMetadata(DESCRIPTION, description), HttpCode(description.status ?? 200));
