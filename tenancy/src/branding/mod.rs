//! Branding: how a tenant looks and what it calls itself, on its pages, in its e-mails and in its app.

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
mod operations;
mod rules;

#[cfg(feature = "ssr")]
pub use operations::set_branding;
pub use rules::check;

use kernel::{Colour, Slug};
use serde::{Deserialize, Serialize};

/// A tenant's brand. Text colours are computed from these, never stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Branding {
    /// The club's name as its members know it.
    pub app_name: String,
    /// One line under the name; may be empty.
    pub tagline: String,
    /// The one main colour: main action, links, charts.
    pub primary_color: Colour,
    /// The second colour of the public page.
    pub secondary_color: Colour,
    /// For what must stand out on the public page.
    pub accent_color: Colour,
    /// Logo for light backgrounds.
    pub logo_light_url: Option<String>,
    /// Logo for dark backgrounds.
    pub logo_dark_url: Option<String>,
    /// The app's icon.
    pub icon_url: Option<String>,
    /// The browser tab's icon.
    pub favicon_url: Option<String>,
    /// Where members ask for help.
    pub support_email: Option<String>,
    /// Where members call.
    pub support_phone: Option<String>,
    /// `WhatsApp` number in E.164.
    pub support_whatsapp: Option<String>,
    /// The app in Apple's store.
    pub app_store_url: Option<String>,
    /// The app in Google's store.
    pub play_store_url: Option<String>,
    /// Apps older than this are told to update.
    pub minimum_app_version: String,
}

impl Branding {
    /// The brand of a tenant that has not chosen one: a steady colour out of a small set, picked by its slug.
    pub fn initial(app_name: &str, slug: &Slug) -> Self {
        const PALETTES: [[Colour; 3]; 6] = [
            [
                Colour::rgb(0x0f, 0x76, 0x6e),
                Colour::rgb(0x13, 0x4e, 0x4a),
                Colour::rgb(0xf5, 0x9e, 0x0b),
            ],
            [
                Colour::rgb(0x1d, 0x4e, 0xd8),
                Colour::rgb(0x1e, 0x3a, 0x8a),
                Colour::rgb(0xf9, 0x73, 0x16),
            ],
            [
                Colour::rgb(0x7c, 0x3a, 0xed),
                Colour::rgb(0x4c, 0x1d, 0x95),
                Colour::rgb(0x10, 0xb9, 0x81),
            ],
            [
                Colour::rgb(0xbe, 0x12, 0x3c),
                Colour::rgb(0x88, 0x13, 0x37),
                Colour::rgb(0x0e, 0xa5, 0xe9),
            ],
            [
                Colour::rgb(0x15, 0x80, 0x3d),
                Colour::rgb(0x14, 0x53, 0x2d),
                Colour::rgb(0xea, 0xb3, 0x08),
            ],
            [
                Colour::rgb(0xc2, 0x41, 0x0c),
                Colour::rgb(0x7c, 0x2d, 0x12),
                Colour::rgb(0x0d, 0x94, 0x88),
            ],
        ];
        let pick = slug.as_str().bytes().fold(0_usize, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(usize::from(byte))
        });
        let [primary, secondary, accent] = PALETTES[pick % PALETTES.len()];
        Self {
            app_name: app_name.to_owned(),
            tagline: String::new(),
            primary_color: primary,
            secondary_color: secondary,
            accent_color: accent,
            logo_light_url: None,
            logo_dark_url: None,
            icon_url: None,
            favicon_url: None,
            support_email: None,
            support_phone: None,
            support_whatsapp: None,
            app_store_url: None,
            play_store_url: None,
            minimum_app_version: "1.0.0".to_owned(),
        }
    }
}
