import { expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { LedgerClient, LedgerService, type ListEntriesResponse } from '@openswipe/contracts';
import { Readiness, RemoteService, ServiceKitModule, startService } from '../src/index.js';
import { eventually, testConfig } from './stack.js';

let callsUnderWay = 0;
let answer: () => void = () => undefined;

@Controller()
class SlowController {
  @GrpcMethod('Ledger', 'listEntries')
  async listEntries(): Promise<ListEntriesResponse> {
    callsUnderWay += 1;
    await new Promise<void>((resolve) => (answer = resolve));
    return { entries: [] };
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

it('answers the calls that are under way when it is told to stop, and lets kept connections go', async () => {
  const config = await testConfig('stop');
  const service = await startService({
    name: 'risk',
    config,
    module: { module: SlowModule, imports: [ServiceKitModule.forRoot('risk', config)] },
    grpc: ['openswipe.ledger.v1.Ledger', LedgerService],
  });
  const health = `http://${config.HTTP_LISTEN}/health/live`;
  expect((await fetch(health)).headers.get('connection')).toBe('keep-alive');
  const remote = new RemoteService(LedgerClient, config.GRPC_LISTEN);
  const call = remote.call.listEntries({ orderId: 'slow' });
  await eventually('the call', () => callsUnderWay);

  service.app.get(Readiness).ready = false;
  expect((await fetch(health)).headers.get('connection')).toBe('close');
  const stopped = service.stop();
  await eventually('the end of the HTTP server', () =>
    fetch(health).then(
      () => false,
      () => true,
    ),
  );
  answer();
  await expect(call).resolves.toEqual({ entries: [] });
  remote.close();
  await stopped;
});
