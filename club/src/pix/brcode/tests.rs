use super::*;
use proptest::prelude::*;

/// Codes of other projects' public test suites, each with its source and licence.
fn vectors() -> Vec<String> {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("vectors.json")).expect("the file is JSON");
    let vectors = file["vectors"].as_array().expect("a list");
    vectors
        .iter()
        .map(|vector| vector["payload"].as_str().expect("a text").to_owned())
        .collect()
}

#[test]
fn codes_found_in_the_wild_are_read() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 15);
    for code in vectors {
        let read = BrCode::parse(&code).unwrap_or_else(|refusal| panic!("{code}: {refusal:?}"));
        assert!(!read.name.is_empty() && !read.city.is_empty(), "{code}");
    }
}

#[test]
fn what_a_static_and_a_dynamic_code_say_is_understood() {
    let [fixed, dynamic] = [4, 2].map(|place| BrCode::parse(&vectors()[place]).expect("a code"));
    assert_eq!(
        fixed.recipient,
        Recipient::Key {
            key: "11111111111".into(),
            description: Some("Vacina covid".into())
        }
    );
    assert_eq!(
        (fixed.amount, fixed.txid.as_deref()),
        (Some(Money::from_centavos(10_00)), Some("o1ab4"))
    );
    assert!(dynamic.single_use);
    assert_eq!(dynamic.amount, Some(Money::from_centavos(1_00)));
    assert!(
        matches!(dynamic.recipient, Recipient::Location(location) if location.starts_with("exemplodeurl2.com.br/qr/"))
    );
    assert_eq!(dynamic.txid, None);
}

/// A static code of `written.json`, which the journeys have another implementation read.
#[derive(serde::Deserialize)]
struct Written {
    key: String,
    amount: Option<Money>,
    name: String,
    city: String,
    txid: Option<String>,
    payload: String,
}

#[test]
fn static_codes_are_written_as_others_write_them() {
    let mut file: serde_json::Value =
        serde_json::from_str(include_str!("written.json")).expect("the file is JSON");
    let codes: Vec<Written> = serde_json::from_value(file["codes"].take()).expect("codes");
    assert_eq!(codes.len(), 4);
    for code in codes {
        let (amount, txid) = (code.amount, code.txid.as_deref());
        let written = BrCode::fixed(&code.key, amount, &code.name, &code.city, txid).text();
        assert_eq!(written.as_deref(), Ok(&*code.payload));
    }
}

#[test]
fn nobody_is_paid_less_than_nothing() {
    let code = BrCode::fixed(
        "11111111111",
        Some(Money::from_centavos(1_00)),
        "Ana",
        "Rio",
        None,
    );
    let text = code.text().expect("a code");
    assert!(text.contains("54041.00"), "{text}");
    for (amount, read) in [
        ("1.00", Ok(1_00)),
        ("0.00", Ok(0)),
        ("-1.00", Err("amount")),
    ] {
        let field = format!("54{:02}{amount}", amount.len());
        let text = text.replace("54041.00", &field);
        let text = crc::close(text[..text.len() - 8].to_owned());
        let read = read.map(Money::from_centavos).map_err(refused);
        assert_eq!(
            BrCode::parse(&text).map(|code| code.amount),
            read.map(Some),
            "{text}"
        );
    }
}

#[test]
fn one_wrong_character_is_noticed() {
    for code in vectors().into_iter().filter(|code| code.is_ascii()) {
        for place in 0..code.len() {
            let mut bytes = code.clone().into_bytes();
            bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
            let changed = String::from_utf8(bytes).expect("still ASCII");
            assert!(BrCode::parse(&changed).is_err(), "{changed}");
        }
    }
}

#[test]
fn accents_go_and_long_names_are_cut() {
    let code = BrCode::fixed(
        "ana@exemplo.com.br",
        None,
        "Associação São João da Conceição",
        "São José dos Campos",
        None,
    );
    let read = BrCode::parse(&code.text().expect("it can be written")).expect("and read");
    assert_eq!(
        (read.name.as_str(), read.city.as_str()),
        ("Associacao Sao Joao da Co", "Sao Jose dos Ca")
    );
}

#[test]
fn what_would_name_somebody_else_is_refused() {
    let long = "x".repeat(78);
    for (code, reason) in [
        (
            BrCode::fixed(&long, None, "Ana", "Santos", None),
            "recipient",
        ),
        (
            BrCode::fixed("chave com espaço", None, "Ana", "Santos", None),
            "recipient",
        ),
        (BrCode::dynamic(&long, "Ana", "Santos"), "recipient"),
        (
            BrCode::fixed("a@b.co", None, "Ana", "Santos", Some("com-traço")),
            "txid",
        ),
        (
            BrCode::fixed("a@b.co", None, "Ana", "Santos", Some(&long)),
            "txid",
        ),
        (
            BrCode::fixed("a@b.co", Some(Money::ZERO), "Ana", "Santos", None),
            "amount",
        ),
        (
            BrCode::fixed("a@b.co", None, "日本", "Santos", None),
            "name",
        ),
    ] {
        assert_eq!(code.text(), Err(refused(reason)), "{code:?}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        key in "[a-z0-9.+-]{1,30}@[a-z]{1,20}\\.com", name in "[A-Za-z][A-Za-z ]{0,23}[A-Za-z]", city in "[A-Za-z]{1,15}",
        centavos in proptest::option::of(1_i64..=99_999_999_99), txid in proptest::option::of("[A-Za-z0-9]{1,25}"),
    ) {
        let code = BrCode::fixed(&key, centavos.map(Money::from_centavos), &name, &city, txid.as_deref());
        let text = code.text().expect("it can be written");
        prop_assert!(text.is_ascii());
        prop_assert_eq!(BrCode::parse(&text).expect("and read"), code);
    }

    #[test]
    fn no_text_makes_the_reader_fall(text in "\\PC{0,200}") {
        let _ = BrCode::parse(&text);
        let _ = BrCode::parse(&crc::close(text));
    }
}
