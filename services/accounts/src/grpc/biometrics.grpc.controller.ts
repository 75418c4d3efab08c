import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  BeginBiometricRegistrationRequest,
  BeginBiometricRegistrationResponse,
  BiometricCredential as CredentialMessage,
  FinishBiometricRegistrationRequest,
  ListBiometricCredentialsRequest,
  ListBiometricCredentialsResponse,
  RemoveBiometricCredentialRequest,
  RemoveBiometricCredentialResponse,
  VerifyBiometricRequest,
  VerifyBiometricResponse,
} from '@openswipe/contracts';
import { BeginBiometricRegistration } from '../application/begin-biometric-registration.js';
import { FinishBiometricRegistration } from '../application/finish-biometric-registration.js';
import { ListBiometricCredentials } from '../application/list-biometric-credentials.js';
import { RemoveBiometricCredential } from '../application/remove-biometric-credential.js';
import { VerifyBiometric } from '../application/verify-biometric.js';
import type { BiometricCredential } from '../domain/biometric-credential.js';

@Controller()
export class BiometricsGrpcController {
  constructor(
    @Inject(BeginBiometricRegistration) private readonly begin: BeginBiometricRegistration,
    @Inject(FinishBiometricRegistration) private readonly finish: FinishBiometricRegistration,
    @Inject(ListBiometricCredentials) private readonly list: ListBiometricCredentials,
    @Inject(RemoveBiometricCredential) private readonly remove: RemoveBiometricCredential,
    @Inject(VerifyBiometric) private readonly verify: VerifyBiometric,
  ) {}

  @GrpcMethod('Accounts', 'beginBiometricRegistration')
  async beginBiometricRegistration(
    request: BeginBiometricRegistrationRequest,
  ): Promise<BeginBiometricRegistrationResponse> {
    return { optionsJson: await this.begin.execute(request.accountId, request.terminalId) };
  }

  @GrpcMethod('Accounts', 'finishBiometricRegistration')
  async finishBiometricRegistration(request: FinishBiometricRegistrationRequest): Promise<CredentialMessage> {
    const { accountId, terminalId, responseJson } = request;
    return toCredentialMessage(await this.finish.execute(accountId, terminalId, responseJson));
  }

  @GrpcMethod('Accounts', 'listBiometricCredentials')
  async listBiometricCredentials({
    accountId,
  }: ListBiometricCredentialsRequest): Promise<ListBiometricCredentialsResponse> {
    return { credentials: (await this.list.execute(accountId)).map(toCredentialMessage) };
  }

  @GrpcMethod('Accounts', 'removeBiometricCredential')
  async removeBiometricCredential({
    accountId,
    credentialId,
  }: RemoveBiometricCredentialRequest): Promise<RemoveBiometricCredentialResponse> {
    await this.remove.execute(accountId, credentialId);
    return {};
  }

  @GrpcMethod('Accounts', 'verifyBiometric')
  async verifyBiometric(request: VerifyBiometricRequest): Promise<VerifyBiometricResponse> {
    return { reasonCode: await this.verify.execute(request) };
  }
}

const toCredentialMessage = ({ id, terminalId, registeredAt, lastUsedAt }: BiometricCredential): CredentialMessage => ({
  id,
  terminalId,
  registeredAt,
  lastUsedAt,
});
