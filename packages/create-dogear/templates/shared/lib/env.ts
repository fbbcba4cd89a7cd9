// The settings of this process: those of the platform it runs on, else those in the file .env.
import { existsSync } from 'node:fs'

if (existsSync('.env')) process.loadEnvFile('.env')

export const { REDIS_URL = 'redis://127.0.0.1:6379', DOGEAR_KEYS, PORT = '3000', NODE_ENV } = process.env
