import {
  ensureCollection,
  type OutboxEntry,
  type OutboxRelay,
  ignoringDuplicates,
  insertedFirst,
} from '@openswipe/service-kit';
import type { Connection, Model } from 'mongoose';
import type { AssessmentRepository, AssessmentState } from '../application/ports.js';
import { statesBefore, type Assessment, type AssessmentRequest } from '../domain/assessment.js';
import { toAssessment, toFields, toState } from './assessment.mapper.js';
import { ASSESSMENTS, assessmentModel, type AssessmentDocument } from './assessment.schema.js';

export class MongoAssessments implements AssessmentRepository {
  private constructor(
    private readonly model: Model<AssessmentDocument>,
    private readonly relay: OutboxRelay,
    private readonly toEntry: (assessment: Assessment) => OutboxEntry,
  ) {}

  /** @param toEntry the event that tells of an assessment. */
  static async open(connection: Connection, relay: OutboxRelay, toEntry: (assessment: Assessment) => OutboxEntry) {
    await ensureCollection(connection, ASSESSMENTS, [{ key: { orderId: 1 } }, { key: { 'outbox.at': 1 } }]);
    const model = assessmentModel(connection);
    relay.watch(model.collection as never);
    return new MongoAssessments(model, relay, toEntry);
  }

  async register(requests: readonly AssessmentRequest[]): Promise<void> {
    if (requests.length === 0) return;
    const inserts = requests.map((request) => ({
      insertOne: { document: { _id: request.transactionId, status: 'received', ...toFields(request), outbox: [] } },
    }));
    await ignoringDuplicates(this.model.collection.bulkWrite(inserts as never[], { ordered: false }));
  }

  async find(transactionIds: readonly string[]): Promise<ReadonlyMap<string, AssessmentState>> {
    if (transactionIds.length === 0) return new Map();
    const documents = await this.model.find({ _id: { $in: [...transactionIds] } }, { outbox: 0 }).lean();
    return new Map(documents.map((document) => [document._id, toState(document)]));
  }

  async conclude(assessments: readonly Assessment[]): Promise<void> {
    if (assessments.length === 0) return;
    const written = assessments.map((assessment) => ({
      assessment,
      _id: assessment.request.transactionId,
      outbox: [this.toEntry(assessment)],
    }));
    const updates = written.map(({ _id, assessment, outbox: [entry] }) => ({
      updateOne: {
        filter: { _id, status: { $in: [...statesBefore(assessment.outcome.kind)] } },
        update: {
          $set: {
            ...toFields(assessment.request),
            status: assessment.outcome.kind,
            outcome: assessment.outcome,
            reasons: assessment.reasons,
            ruleVersion: assessment.ruleVersion,
            assessedAt: assessment.assessedAt,
          },
          $push: { outbox: entry },
        },
      },
    }));
    const { matchedCount } = await this.model.collection.bulkWrite(updates as never[], { ordered: false });
    // Only what the guard let through may be published.
    await this.relay.relayMatched(this.model.collection as never, written, matchedCount);
  }

  async repeat(transactionId: string): Promise<void> {
    const document = await this.model.findOne({ _id: transactionId }, { outbox: 0 }).lean();
    const assessment = document && toAssessment(document);
    if (!assessment) return;
    const entry = this.toEntry(assessment);
    const { matchedCount } = await this.model.collection.updateOne(
      { _id: transactionId as never, status: assessment.outcome.kind },
      { $push: { outbox: entry as never } },
    );
    await this.relay.relayMatched(
      this.model.collection as never,
      [{ _id: transactionId, outbox: [entry] }],
      matchedCount,
    );
  }

  async beginReversal(transactionId: string): Promise<boolean> {
    const { matchedCount } = await this.model.collection.updateOne(
      { _id: transactionId as never, status: { $in: [...statesBefore('reversing')] } },
      { $set: { status: 'reversing' } },
    );
    return matchedCount === 1;
  }

  async abandon(transactionId: string): Promise<boolean> {
    const mark: AssessmentDocument = { _id: transactionId, status: 'abandoned', outbox: [] };
    const [first] = await insertedFirst(this.model.collection as never, [mark]);
    return first === true;
  }
}
