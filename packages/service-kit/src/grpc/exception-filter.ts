import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { DomainError } from '@openswipe/kernel';
import { type Observable, throwError } from 'rxjs';
import { describeError } from '../faults.js';
import type { Logger } from '../logging/logger.js';
import { toGrpcError } from './status.js';

/** Refusals go to the caller; anything else is logged here, where the stack still is. */
@Catch()
export class GrpcExceptionFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    if (!(error instanceof DomainError)) {
      this.logger.error({ error: describeError(error), stack: (error as Error).stack }, 'call failed');
    }
    return throwError(() => toGrpcError(error));
  }
}
