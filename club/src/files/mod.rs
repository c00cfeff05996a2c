//! Uploaded files: what a file may be, how it is made harmless, and where it goes.
//!
//! What a file is, its content says; its name and the request's headers are not asked. Images are drawn again, turned
//! upright and without what the camera wrote into them (place, time, owner). A file is stored under a random id, plain or
//! encrypted with a key of its own that the tenant's data key seals.
//!
//! The bytes are written first ([`put`]), then the row, in the transaction of what refers to it ([`keep`]); bytes for which
//! that transaction certainly wrote no row are given up ([`give_up`]). Removing goes
//! the other way: the row in the transaction ([`release`]), then the bytes ([`remove`]). A crash between leaves bytes that
//! nobody refers to; [`sweep`] finds them. Who may see a file is the business of the feature it belongs to.
//!
//! One more kind of file is a variant of [`FileKind`] with its rules, and its name in the table's check.

mod rules;

#[cfg(feature = "ssr")]
mod image;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod seal;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod tests;
#[cfg(feature = "ssr")]
mod upload;

#[cfg(feature = "ssr")]
pub use operations::{File, StoredFile, get, give_up, keep, put, release, remove, reseal, sweep};
pub use rules::recognise;
#[cfg(feature = "ssr")]
pub use upload::Upload;

use serde::{Deserialize, Serialize};

/// The largest file that is taken, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A picture of a product.
    ProductImage,
    /// A document that shows who a user is.
    UserDocument,
}

impl FileKind {
    /// Whether a file of this kind may be a PDF; images always may be.
    pub const fn may_be_pdf(self) -> bool {
        matches!(self, Self::UserDocument)
    }

    /// The longest side that an image of this kind keeps, in pixels; small print on a document stays readable.
    pub const fn longest_side(self) -> u32 {
        match self {
            Self::ProductImage => 1_600,
            Self::UserDocument => 4_000,
        }
    }
}

/// What an uploaded file turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// PDF.
    Pdf,
}

/// What a stored file is; images are drawn again as one of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text")
)]
pub enum MediaType {
    /// A photo.
    #[serde(rename = "image/jpeg")]
    #[cfg_attr(feature = "ssr", sqlx(rename = "image/jpeg"))]
    Jpeg,
    /// A drawing, a screen, or what can be seen through.
    #[serde(rename = "image/png")]
    #[cfg_attr(feature = "ssr", sqlx(rename = "image/png"))]
    Png,
    /// A document.
    #[serde(rename = "application/pdf")]
    #[cfg_attr(feature = "ssr", sqlx(rename = "application/pdf"))]
    Pdf,
}

impl MediaType {
    /// As the header `Content-Type` says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }
}

/// Whether the bytes of a file are encrypted where they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// Not: whoever may use the club may see it.
    Plain,
    /// With a key of its own, which the tenant's data key seals.
    Sealed,
}
