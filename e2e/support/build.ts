// Runs once before the first test: every server of the run serves this build.
import { buildDemo } from '../../scripts/demo-build.mjs'

export default buildDemo
