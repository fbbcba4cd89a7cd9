// The addresses of clients as limits count them.

const maxAddress = 64

/**
 * The key under which a client's address is counted: one for all addresses it can choose from. IPv4 as it is, also
 * where written as IPv6; of IPv6 the first 64 bits, the network that one connection is given.
 */
export function addressKey(address: string): string {
  const [bare = ''] = address
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .split('%')
  if (!bare.includes(':')) return bare.slice(0, maxAddress)
  const mapped = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1]
  if (mapped !== undefined) return mapped
  const url = `http://[${bare}]/`
  if (!URL.canParse(url)) return bare.slice(0, maxAddress)
  const [before = '', after = ''] = new URL(url).hostname.slice(1, -1).split('::')
  const [head, tail] = [groups(before), groups(after)]
  const whole = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  return `${whole.slice(0, 4).join(':')}::/64`
}

const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
