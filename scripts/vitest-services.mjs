// Starts the services of the live tests, unless the environment names others, and stops them after the last test.
import { startPostgres, startRedis } from './services.mjs'

const wanted = [
  { name: 'DOGEAR_TEST_REDIS_URL', start: startRedis },
  { name: 'DOGEAR_TEST_POSTGRES_URL', start: startPostgres },
]

export async function setup() {
  const missing = wanted.filter(({ name }) => !process.env[name])
  const services = await Promise.all(missing.map(({ start }) => start()))
  missing.forEach(({ name }, at) => {
    process.env[name] = services[at]?.url
  })
  return async () => {
    await Promise.all(services.map((service) => service.stop()))
  }
}
