use super::*;
use PixKeyKind::{Cnpj as CnpjKey, Cpf as CpfKey, Email as EmailKey, Phone as PhoneKey, Random};
use proptest::prelude::*;

#[test]
fn keys_become_what_the_directory_has() {
    for (kind, typed, stored, masked) in [
        (CpfKey, "111.444.777-35", "11144477735", "***.444.777-**"),
        (
            CnpjKey,
            "12.abc.345/01de-35",
            "12ABC34501DE35",
            "**.ABC.345/****-**",
        ),
        (
            PhoneKey,
            "(11) 91234-5678",
            "+5511912345678",
            "**********5678",
        ),
        (
            PhoneKey,
            "+351 912 345 678",
            "+351912345678",
            "*********5678",
        ),
        (
            EmailKey,
            " Ana@Exemplo.COM.br ",
            "ana@exemplo.com.br",
            "a***@exemplo.com.br",
        ),
        (
            Random,
            "123E4567-E89B-12D3-A456-426655440000",
            "123e4567-e89b-12d3-a456-426655440000",
            "123e4567-****",
        ),
        (
            Random,
            "123e4567e89b12d3a456426655440000",
            "123e4567-e89b-12d3-a456-426655440000",
            "123e4567-****",
        ),
    ] {
        let key = PixKey::parse(kind, typed).expect(typed);
        assert_eq!(
            (key.as_str(), key.masked().as_str(), key.kind()),
            (stored, masked, kind)
        );
        assert_eq!(
            format!("{key:?}"),
            format!("PixKey({}: {masked})", kind.as_str())
        );
    }
}

#[test]
fn wrong_keys_are_refused_with_their_reason() {
    let long = format!("{}@exemplo.com.br", "a".repeat(63));
    for (kind, typed, reason) in [
        (CpfKey, "", "required"),
        (CpfKey, "11144477736", "check_digits"),
        (CpfKey, "11222333000181", "invalid"),
        (CnpjKey, "11222333000182", "check_digits"),
        (PhoneKey, "(11) 3222-1234", "not_mobile"),
        (PhoneKey, "(20) 91234-5678", "area_code"),
        (EmailKey, "ana", "invalid"),
        (EmailKey, long.as_str(), "too_long"),
        (Random, " ", "required"),
        (Random, "123e4567-e89b-12d3-a456-42665544000g", "invalid"),
        (Random, "{123e4567-e89b-12d3-a456-426655440000}", "invalid"),
        (
            Random,
            "urn:uuid:123e4567-e89b-12d3-a456-426655440000",
            "invalid",
        ),
    ] {
        assert_eq!(PixKey::parse(kind, typed), Err(reason), "{typed:?}");
    }
}

#[test]
fn a_kind_is_guessed_only_when_there_is_no_doubt() {
    for (typed, kind) in [
        ("ana@exemplo.com.br", Ok(EmailKey)),
        ("+55 11 91234-5678", Ok(PhoneKey)),
        ("5511912345678", Ok(PhoneKey)),
        ("(11) 91234-5678", Ok(PhoneKey)),
        ("111.444.777-35", Ok(CpfKey)),
        ("11.222.333/0001-81", Ok(CnpjKey)),
        ("12abc34501de35", Ok(CnpjKey)),
        ("123e4567-e89b-12d3-a456-426655440000", Ok(Random)),
        ("11144477735", Err("ambiguous")),
        ("11912345678", Err("ambiguous")),
        ("11 91234-5678", Err("ambiguous")),
        ("111444777-35", Err("ambiguous")),
        ("111.444.777-36", Err("check_digits")),
        ("", Err("required")),
        ("1234567890", Err("invalid")),
        ("abcdefghijk", Err("invalid")),
    ] {
        assert_eq!(PixKey::guess(typed).map(|key| key.kind()), kind, "{typed}");
    }
}

#[test]
fn json_goes_through_the_same_door() {
    let key: PixKey = serde_json::from_str(r#"{"kind":"cpf","key":"111.444.777-35"}"#)
        .expect("a key with its mask");
    assert_eq!(
        serde_json::to_string(&key).expect("JSON"),
        r#"{"kind":"cpf","key":"11144477735"}"#
    );
    for bad in [
        r#"{"kind":"cpf","key":"11144477736"}"#,
        r#"{"kind":"evp","key":"x"}"#,
        r#"{"kind":"cpf","key":"11144477735","x":1}"#,
    ] {
        assert!(serde_json::from_str::<PixKey>(bad).is_err(), "{bad}");
    }
    for kind in PixKeyKind::ALL {
        let json = serde_json::to_string(&kind).expect("JSON");
        assert_eq!(json, format!("\"{}\"", kind.as_str()));
    }
}

#[test]
fn a_tax_number_names_its_owner() {
    let key = PixKey::parse(CpfKey, "11144477735").expect("a key");
    assert_eq!(key.document(), Document::parse("11144477735").ok());
    let key = PixKey::parse(EmailKey, "ana@exemplo.com.br").expect("a key");
    assert_eq!(key.document(), None);
}

proptest! {
    #[test]
    fn the_stored_form_reads_back(text in "\\PC{0,40}", place in 0_usize..5) {
        let kind = PixKeyKind::ALL[place];
        let _ = PixKey::guess(&text);
        if let Ok(key) = PixKey::parse(kind, &text) {
            prop_assert_eq!(PixKey::parse(kind, key.as_str()), Ok(key.clone()));
            prop_assert!(key.as_str().len() <= 77 && key.as_str().is_ascii());
            prop_assert!(!key.masked().contains(key.as_str()));
        }
    }
}
