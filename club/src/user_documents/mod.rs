//! User documents: how users show who they are, and how the club looks at it (section 9).
//!
//! A user sends one file for each thing to be shown; one of each kind waits at most, and sending it again replaces the one
//! that waits. An administrator reviews exactly the file they looked at: a replaced one is gone and cannot be approved.
//! What was approved stays for as long as the account has the name and the tax number that it was compared with, and the
//! user's KYC level follows from it (`kyc`). The files are encrypted, opened for their owner and, each time audited, for the
//! club's administrators, and deleted with the account.
//!
//! One more kind is a variant of [`UserDocumentKind`] and its name in the table's check; what it is good for is
//! `kyc::level`.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod review;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub(crate) use operations::{all, forget, outdate};
#[cfg(feature = "ssr")]
pub use operations::{content, list, read, submit};
#[cfg(feature = "ssr")]
pub use review::{approve, of_user, queue, read_content, read_reviewed, refuse, waiting};
#[cfg(feature = "ssr")]
pub(crate) use seed::seed;

use crate::{
    files::MediaType,
    users::{User, UserType},
};
use kernel::{Cnpj, Cpf, UserDocumentId, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What a document shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum UserDocumentKind {
    /// The side of an identity document with the photo.
    IdentityFront,
    /// Its other side; the same file again when one page shows both.
    IdentityBack,
    /// The user's face beside that document.
    Selfie,
    /// Where they live: a bill in their name.
    ProofOfAddress,
    /// A company's registration.
    CompanyRegistration,
}

impl UserDocumentKind {
    /// All of them, in the order in which an app asks for them.
    pub const ALL: [Self; 5] = [
        Self::IdentityFront,
        Self::IdentityBack,
        Self::Selfie,
        Self::ProofOfAddress,
        Self::CompanyRegistration,
    ];

    /// Whether it may be a PDF; a selfie is a photo.
    pub const fn may_be_pdf(self) -> bool {
        !matches!(self, Self::Selfie)
    }

    /// Whether it shows a company, and so is compared with the CNPJ; all others show a person and their CPF. The account's
    /// name is compared with each.
    pub const fn shows_company(self) -> bool {
        matches!(self, Self::CompanyRegistration)
    }

    /// As it is written in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdentityFront => "identity_front",
            Self::IdentityBack => "identity_back",
            Self::Selfie => "selfie",
            Self::ProofOfAddress => "proof_of_address",
            Self::CompanyRegistration => "company_registration",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What the club made of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum UserDocumentStatus {
    /// Nobody looked yet.
    Pending,
    /// It shows what it should.
    Approved,
    /// It does not; the reason says why.
    Refused,
    /// It did, for a name or tax number that the account no longer has: it has to be sent again.
    Outdated,
}

/// A document that a user sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserDocument {
    /// Its id.
    pub id: UserDocumentId,
    /// What it shows.
    pub kind: UserDocumentKind,
    /// What the club made of it.
    pub status: UserDocumentStatus,
    /// What the file is; images are drawn again as JPEG or PNG.
    pub media_type: MediaType,
    /// Bytes of the file.
    #[cfg_attr(feature = "ssr", schema(example = 183_204))]
    pub size: i64,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub submitted_at: OffsetDateTime,
    /// When it was reviewed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub reviewed_at: Option<OffsetDateTime>,
    /// Why it was refused.
    #[cfg_attr(feature = "ssr", schema(example = "A foto está fora de foco."))]
    pub reason: Option<String>,
}

/// Who an account says that its user is, which its documents are compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// First and last name, as they are read together.
    pub name: String,
    /// The person's number.
    pub cpf: Option<Cpf>,
    /// The company's number.
    pub cnpj: Option<Cnpj>,
}

impl Identity {
    /// What this account says.
    pub fn of(user: &User) -> Self {
        Self {
            name: user.name(),
            cpf: user.cpf.clone(),
            cnpj: user.cnpj.clone(),
        }
    }
}

/// A document with whose it is, as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewedDocument {
    /// The document.
    pub document: UserDocument,
    /// Who sent it.
    pub user_id: UserId,
    /// Who they say that they are, to be compared.
    pub identity: Identity,
    /// What they are in the club.
    pub user_type: UserType,
    /// How far the club knows them now.
    pub kyc_level: i16,
    /// Who reviewed it.
    pub reviewed_by: Option<String>,
}
