/** @typedef {import('./campaign.mjs').Campaign} Campaign */
/** @typedef {import('./replica.mjs').Replica} Replica */

/**
 * Out of the balancer, clean stop, start, back in, one after another: as a rolling update does it. No submit may fail.
 * @param {Campaign} campaign @param {readonly Replica[]} replicas
 * @param {(replica: Replica) => void} [change] before it starts again
 */
export const roll = async (campaign, replicas, change = () => undefined) => {
  const { load, platform } = campaign;
  const errors = load.submitErrors;
  for (const replica of replicas) {
    platform.draining.add(replica);
    await replica.stop();
    change(replica);
    await replica.start();
    platform.draining.delete(replica);
  }
  await campaign.recovered();
  const failed = load.submitErrors - errors;
  if (failed > 0) throw new Error(`${failed} submits failed while replicas were started again`);
};
