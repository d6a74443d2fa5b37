/** Terraform asked to stop while something was being waited for. */
export class Stopped extends Error {
  constructor() {
    super('Terraform was asked to stop');
    this.name = 'Stopped';
  }
}
