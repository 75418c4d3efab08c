import { Body, Controller, Delete, Get, Inject, Param, Post, UseGuards } from '@nestjs/common';
import type { BiometricCredential } from '@openswipe/contracts';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { isoOf } from '../http/order.mapper.js';
import { Shape } from '../http/shape.pipe.js';
import type { TerminalSession } from './access-tokens.js';
import {
  creationOptions,
  type CreationOptions,
  credentialList,
  type CredentialList,
  credentialPath,
  credentialView,
  type CredentialView,
  registrationResponse,
  type RegistrationResponse,
} from './biometric.schema.js';
import { EnrolledGuard, type EnrolledSession, SessionGuard, TheSession } from './session.guard.js';

/** Fingerprint or iris of the holder, by the device's own WebAuthn authenticator. */
@Controller('v1/biometrics')
export class BiometricsController {
  constructor(@Inject(Peers) private readonly peers: Peers) {}

  @Post('options')
  @UseGuards(EnrolledGuard)
  @Described({
    summary: 'Begin to register a biometric credential of this terminal; holds for 5 minutes',
    by: 'terminal',
    answer: creationOptions,
  })
  async begin(@TheSession() { accountId, terminalId }: EnrolledSession): Promise<CreationOptions> {
    const { optionsJson } = await this.peers.accounts.beginBiometricRegistration({ accountId, terminalId });
    return creationOptions.parse(JSON.parse(optionsJson));
  }

  @Post()
  @UseGuards(EnrolledGuard)
  @Described({
    summary: 'Register the credential that answers the options',
    by: 'terminal',
    status: 201,
    answer: credentialView,
    refusals: ['ACCOUNTS.BIOMETRIC_REGISTRATION_WRONG'],
  })
  async finish(
    @TheSession() { accountId, terminalId }: EnrolledSession,
    @Body(new Shape(registrationResponse)) response: RegistrationResponse,
  ): Promise<CredentialView> {
    const responseJson = JSON.stringify(response);
    const answer = { accountId, terminalId, responseJson };
    return toCredentialView(await this.peers.accounts.finishBiometricRegistration(answer));
  }

  @Get()
  @UseGuards(SessionGuard)
  @Described({ summary: 'List the biometric credentials of the own account', by: 'terminal', answer: credentialList })
  async list(@TheSession() { accountId }: TerminalSession): Promise<CredentialList> {
    const { credentials } = await this.peers.accounts.listBiometricCredentials({ accountId });
    return { credentials: credentials.map(toCredentialView) };
  }

  @Delete(':id')
  @UseGuards(SessionGuard)
  @Described({
    summary: 'Remove a biometric credential',
    by: 'terminal',
    status: 204,
    refusals: ['ACCOUNTS.BIOMETRIC_UNKNOWN'],
  })
  async remove(
    @TheSession() { accountId }: TerminalSession,
    @Param(new Shape(credentialPath)) { id }: { id: string },
  ): Promise<void> {
    await this.peers.accounts.removeBiometricCredential({ accountId, credentialId: id });
  }
}

const toCredentialView = ({ id, terminalId, registeredAt, lastUsedAt }: BiometricCredential): CredentialView => ({
  id,
  terminalId,
  registeredAt: isoOf(registeredAt),
  ...(lastUsedAt && { lastUsedAt: isoOf(lastUsedAt) }),
});
