import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { DomainError } from '@openswipe/kernel';
import { type Observable, tap } from 'rxjs';
import { grpcCallSeconds } from './instruments.js';

/** `refused` is the caller's fault, `failed` ours or the world's. */
export class GrpcMetricsInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const end = grpcCallSeconds.startTimer({ method: context.getHandler().name });
    return next.handle().pipe(
      tap({
        next: () => end({ outcome: 'ok' }),
        error: (error: unknown) => end({ outcome: error instanceof DomainError ? 'refused' : 'failed' }),
      }),
    );
  }
}
