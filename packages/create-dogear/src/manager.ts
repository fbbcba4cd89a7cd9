// The package manager that runs this command, so that its words are those of the new app.

/** Commands: `ci` installs what the lock file says, `run` a script, `exec` the command of a package. */
export type Manager = { install: string; ci: string; run: string; exec: string }

const npm: Manager = { install: 'npm install', ci: 'npm ci', run: 'npm run', exec: 'npx' }

const others: Readonly<Record<string, (version: string) => Manager>> = {
  pnpm: (version) => ({
    install: 'pnpm install',
    ci: `npx --yes pnpm@${version} install --frozen-lockfile`,
    run: 'pnpm run',
    exec: 'pnpm exec',
  }),
  yarn: (version) => ({
    install: 'yarn install',
    ci: version.startsWith('1.')
      ? `npx --yes yarn@${version} install --frozen-lockfile`
      : `npx --yes @yarnpkg/cli-dist@${version} install --immutable`,
    run: 'yarn run',
    exec: 'yarn exec',
  }),
  bun: (version) => ({
    install: 'bun install',
    ci: `npx --yes bun@${version} install --frozen-lockfile`,
    run: 'bun run',
    exec: 'bunx',
  }),
}

/** The manager that `userAgent` names: `npm_config_user_agent`, which all of them set. Without one: npm. */
export function managerOf(userAgent: string | undefined): Manager {
  const [, name = '', version = ''] = /^(\w+)\/(\d[\w.-]*)/.exec(userAgent ?? '') ?? []
  return (Object.hasOwn(others, name) && others[name]?.(version)) || npm
}

/** `text` with the commands of npm in the words of `manager`. */
export const inWordsOf = (manager: Manager, text: string): string =>
  text.replace(/\bnpm install\b|\bnpm ci\b|\bnpm run\b|\bnpx\b/g, (command) => {
    const word = Object.entries(npm).find(([, one]) => one === command)?.[0] as keyof Manager
    return manager[word]
  })
