//! Which passwords people may choose, and those that we make for them.

use crate::secrets::{hmac_sha256, random};
use secrecy::SecretString;

/// The fewest characters of a password.
const SHORTEST: usize = 8;
/// The most; longer ones only make hashing slower.
const LONGEST: usize = 128;
/// Characters of a generated password: none that is read as another.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// What attackers try first, in lower case; shorter ones are refused by their length.
const COMMON: &str = "12345678 123456789 1234567890 12345678910 123456789a 0123456789 01234567 012345678 87654321 \
    987654321 9876543210 11223344 1122334455 11112222 12341234 123123123 12344321 12121212 10203040 102030405060 \
    147258369 159753456 a1b2c3d4 a1234567 a12345678 abc12345 abcd1234 abcde123 abcdefgh abc123456 aa123456 1q2w3e4r \
    1q2w3e4r5t 1qaz2wsx q1w2e3r4 q1w2e3r4t5 qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwer1234 qweasdzxc \
    asdfghjk asdfghjkl asdf1234 zxcvbnm1 zaq12wsx password password1 password12 password123 passw0rd p@ssw0rd p@ssword \
    pass1234 letmein1 welcome1 welcome123 iloveyou iloveyou1 sunshine princess football baseball superman batman123 \
    trustno1 whatever computer internet starwars changeme changeme1 admin123 admin1234 administrator administrador \
    senha123 senha1234 senha12345 minhasenha suasenha novasenha mudar123 mudar1234 trocar123 teste123 teste1234 \
    brasil123 brasil10 brasil2024 brasil2025 brasil2026 flamengo flamengo1 corinthians palmeiras saopaulo santosfc \
    gremio123 cruzeiro internacional vascodagama botafogo fluminense atletico timao123 jesuscristo jesus123 deusefiel \
    deuseamor deus1234 gabriel1 gabriel123 princesa amorzinho teamomuito familia1 felicidade estrela1 bomdia123 \
    cashback cashback123 clubedigital";

/// Whether a new password is good enough: `Err` is the stable reason (`too_short`, `too_long`, `invalid` for control
/// characters, `too_common`).
pub fn check_strength(password: &str) -> Result<(), &'static str> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err("too_short");
    }
    if length > LONGEST {
        return Err("too_long");
    }
    if password.chars().any(char::is_control) {
        return Err("invalid");
    }
    let lower = password.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next();
    let is_one_character = characters.all(|character| Some(character) == first);
    if is_one_character || COMMON.split_whitespace().any(|common| common == lower) {
        return Err("too_common");
    }
    Ok(())
}

/// A password for somebody who did not choose one: 20 characters that are easy to read out, 100 random bits.
pub fn generate() -> SecretString {
    readable::<20>().into()
}

/// The same, but the same each time for one secret and what it is drawn for.
pub fn drawn(secret: &[u8], purpose: &str) -> SecretString {
    legible(&hmac_sha256(secret, purpose.as_bytes())[..20]).into()
}

/// Random characters that are easy to read out, five bits each.
pub(crate) fn readable<const N: usize>() -> String {
    legible(&random::<N>())
}

fn legible(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| char::from(READABLE[usize::from(byte % 32)]))
        .collect()
}
