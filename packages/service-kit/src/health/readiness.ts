/** Flips once the service has joined its groups, and back as soon as it is asked to stop. */
export class Readiness {
  ready = false;
}
