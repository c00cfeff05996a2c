//! The ids of Pix. Each is checked against the whole of its pattern: the contract's own patterns are not anchored.
//!
//! Ours ([`Txid`], [`RefundId`], [`PayoutId`]) are made from a UUID, so that an operation sent again carries the same
//! one. Theirs ([`EndToEndId`], [`ReturnId`]) are only read. Another kind of id is one more `id!` with its rule.

#[cfg(any(feature = "ssr", test))]
use uuid::Uuid;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $holds:expr, $example:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(
            feature = "ssr",
            derive(sqlx::Type, utoipa::ToSchema),
            sqlx(transparent),
            schema(value_type = String, example = $example)
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads one; the only reason of a refusal is `invalid`.
            pub fn parse(text: &str) -> Result<Self, &'static str> {
                let holds: fn(&str) -> bool = $holds;
                if holds(text) { Ok(Self(text.to_owned())) } else { Err("invalid") }
            }

            /// The id as it is stored and sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id! {
    /// The recipient's reference of a payment: ours in a charge (26 to 35 characters), the payer's in a static code (1
    /// to 25).
    Txid, |text| short(text, 35), "3136957d93134f2184b369e8f1c0729d"
}

id! {
    /// The id that a payment has from end to end, given by the payer's institution: `E`, its ISPB, the minute in UTC and
    /// eleven characters. A deposit is credited once for each.
    EndToEndId, |text| end_to_end(text, b'E'), "E12345678202009091221abcdef12345"
}

id! {
    /// The id that a return of money has from end to end: like [`EndToEndId`], with `D`.
    ReturnId, |text| end_to_end(text, b'D'), "D12345678202009091000abcde123456"
}

id! {
    /// The id of a refund of a received payment; unique for that payment. Ours, or the provider's own after a contest.
    RefundId, |text| short(text, 35), "3136957d93134f2184b369e8f1c0729d"
}

id! {
    /// The id of a payout: ours, and what keeps it from being paid twice.
    PayoutId, |text| short(text, 35), "3136957d93134f2184b369e8f1c0729d"
}

impl Txid {
    /// Whether it may name a charge; shorter ones come from static codes.
    pub fn names_charge(&self) -> bool {
        self.0.len() >= 26
    }
}

#[cfg(any(feature = "ssr", test))]
macro_rules! from_uuid {
    ($($name:ident)*) => {
        $(impl From<Uuid> for $name {
            /// The 32 hexadecimal digits of the thing's own id.
            fn from(id: Uuid) -> Self {
                Self(id.simple().to_string())
            }
        })*
    };
}

#[cfg(any(feature = "ssr", test))]
from_uuid!(Txid RefundId PayoutId);

fn short(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn end_to_end(text: &str, first: u8) -> bool {
    text.len() == 32
        && text.bytes().enumerate().all(|(place, byte)| match place {
            0 => byte == first,
            1..=8 => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            9..=20 => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_whole() {
        for good in [
            "E12345678202009091221abcdef12345",
            "E09089356202011251226APIfe5c7eb6",
            "E1A2B3C4D202009091221kkkkkkkkkkk",
        ] {
            assert_eq!(
                EndToEndId::parse(good).as_ref().map(EndToEndId::as_str),
                Ok(good)
            );
        }
        for bad in [
            "",
            "D12345678202009091221abcdef12345",
            "E12345678202009091221abcdef1234",
            "E12345678202009091221abcdef123456",
            "E12345678202009091221abcdef1234\n",
            "E12345678202009091221abcdef1234é",
            "E1234567a202009091221abcdef12345",
            "E1234567820200909122xabcdef12345",
        ] {
            assert_eq!(EndToEndId::parse(bad), Err("invalid"), "{bad:?}");
        }
        assert!(ReturnId::parse("D12345678202009091000abcde123456").is_ok());
        for bad in ["", "com-traço", "a b", "../x", &"x".repeat(36)] {
            assert!(Txid::parse(bad).is_err() && PayoutId::parse(bad).is_err());
        }
        assert!(!Txid::parse(&"x".repeat(25)).expect("a txid").names_charge());
    }

    #[test]
    fn our_ids_come_from_a_uuid_and_survive_json() {
        let id = Uuid::from_u128(0x0190_5f3c_0000_7000_8000_0000_0000_0001);
        let txid = Txid::from(id);
        assert!(txid.names_charge());
        let json = serde_json::to_string(&txid).expect("JSON");
        assert_eq!(json, "\"01905f3c000070008000000000000001\"");
        assert_eq!(serde_json::from_str::<Txid>(&json).expect("the same"), txid);
        assert!(serde_json::from_str::<EndToEndId>("\"E1\"").is_err());
    }
}
