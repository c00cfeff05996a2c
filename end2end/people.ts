/** Who is in the demo, and where: as `clube serve --demo` prints it. */

/** The password of everybody in the demo. */
export const PASSWORD = 'clube-demo';

export interface Club {
  slug: string;
  name: string;
  /** Signs in to the console. */
  email: string;
  password: string;
}

export const NAVI: Club = {
  slug: 'clube-navi',
  name: 'Clube Navi',
  email: 'admin@clubenavi.example',
  password: PASSWORD,
};

/** May look at Clube Navi's console, and change nothing. */
export const VIEWER = { email: 'viewer@clubenavi.example', password: PASSWORD };

export const EMPRESA_B: Club = {
  slug: 'empresa-b',
  name: 'B Vantagens',
  email: 'admin@empresab.example',
  password: PASSWORD,
};

export const SUPER_ADMIN = { email: 'admin@clube.example', password: PASSWORD };

/** An address of the platform. */
export function platform(path = '/'): string {
  return new URL(path, process.env.CLUBE_BASE_URL).href;
}

/** An address of a club. */
export function at(club: string | { slug: string }, path = '/'): string {
  const url = new URL(path, process.env.CLUBE_BASE_URL);
  url.hostname = `${typeof club === 'string' ? club : club.slug}.${url.hostname}`;
  return url.href;
}
