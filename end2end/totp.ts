import { createHmac } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP = 30;

/**
 * The six digits that an authenticator app shows for this key (RFC 6238), `steps` times 30 seconds from now.
 * The server takes a code once, and one that is a step early or late.
 */
export function totp(key: string, steps = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP) + steps));
  const digest = createHmac('sha1', fromBase32(key)).update(counter).digest();
  const offset = digest[digest.length - 1] & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A code that is not right, now or a minute around. */
export function wrongTotp(key: string): string {
  const right = [-3, -2, -1, 0, 1, 2, 3].map((steps) => totp(key, steps));
  return ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].find(
    (code) => !right.includes(code),
  )!;
}

function fromBase32(text: string): Buffer {
  const bits = [...text.replace(/[\s=]/g, '').toUpperCase()]
    .map((letter) => {
      const value = BASE32.indexOf(letter);
      if (value < 0) throw new Error(`${letter} is not base32`);
      return value.toString(2).padStart(5, '0');
    })
    .join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}
