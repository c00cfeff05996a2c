//! What is hashed, what is refused.

use super::{Passwords, check_strength, drawn, generate, needs_rehash};
use argon2::{Argon2, Params, password_hash::PasswordHasher};
use kernel::Error;
use secrecy::ExposeSecret;

#[tokio::test]
async fn only_the_stored_password_is_right() -> kernel::Result<()> {
    let passwords = Passwords::new(2);
    let stored = passwords.hash("correta e longa".into()).await?;
    assert!(
        stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{stored}"
    );
    assert!(
        passwords
            .verify("correta e longa".into(), Some(stored.clone()))
            .await?
    );
    assert!(
        !passwords
            .verify("Correta e longa".into(), Some(stored.clone()))
            .await?
    );
    assert!(!passwords.verify("correta e longa".into(), None).await?);
    assert_ne!(
        stored,
        passwords.hash("correta e longa".into()).await?,
        "each has its own salt"
    );
    Ok(())
}

#[tokio::test]
async fn a_weaker_hash_is_accepted_and_asks_to_be_replaced() -> kernel::Result<()> {
    let passwords = Passwords::new(1);
    let weak = Argon2::from(Params::new(4096, 3, 1, None).map_err(Error::internal)?)
        .hash_password_with_salt(b"correta e longa", b"sal de teste 123")
        .map_err(Error::internal)?
        .to_string();
    assert!(needs_rehash(&weak));
    assert!(
        passwords
            .verify("correta e longa".into(), Some(weak))
            .await?
    );
    assert!(needs_rehash("not a hash"));
    assert!(!needs_rehash(
        &passwords.hash("correta e longa".into()).await?
    ));
    Ok(())
}

#[test]
fn weak_passwords_are_refused_with_the_reason() {
    for (password, verdict) in [
        ("", Err("too_short")),
        ("seteche", Err("too_short")),
        ("çãéíóúüñ", Ok(())),
        ("Senha123", Err("too_common")),
        ("FLAMENGO", Err("too_common")),
        ("aaaaaaaaaaaa", Err("too_common")),
        ("ááááÁÁÁÁ", Err("too_common")),
        ("com\0nulos dentro", Err("invalid")),
        ("com\nlinhas dentro", Err("invalid")),
        ("cavalo bateria grampo", Ok(())),
    ] {
        assert_eq!(check_strength(password), verdict, "{password:?}");
    }
    assert_eq!(check_strength(&"ab".repeat(64)), Ok(()));
    assert_eq!(check_strength(&"abc".repeat(43)), Err("too_long"));
}

#[test]
fn generated_passwords_are_good_enough_and_never_the_same() {
    let (one, other) = (generate(), generate());
    assert_eq!(one.expose_secret().len(), 20);
    assert_eq!(check_strength(one.expose_secret()), Ok(()));
    assert_ne!(one.expose_secret(), other.expose_secret());
}

#[test]
fn what_is_drawn_again_for_the_same_is_the_same() {
    let of = |secret: &[u8], purpose| drawn(secret, purpose).expose_secret().to_owned();
    let one = of(b"a token", "a form");
    assert_eq!((one.len(), check_strength(&one)), (20, Ok(())));
    assert_eq!(one, of(b"a token", "a form"));
    assert_ne!(one, of(b"a token", "another form"));
    assert_ne!(one, of(b"another token", "a form"));
}
