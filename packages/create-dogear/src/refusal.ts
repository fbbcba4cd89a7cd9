// The error that a person is told in its own words.

export class Refusal extends Error {
  override name = 'Refusal'
}
