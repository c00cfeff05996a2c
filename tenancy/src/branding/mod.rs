//! Branding: how a tenant looks and what it calls itself, on its pages, in its e-mails and in its app.

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
        const PALETTES: [[&str; 3]; 6] = [
            ["#0f766e", "#134e4a", "#f59e0b"],
            ["#1d4ed8", "#1e3a8a", "#f97316"],
            ["#7c3aed", "#4c1d95", "#10b981"],
            ["#be123c", "#881337", "#0ea5e9"],
            ["#15803d", "#14532d", "#eab308"],
            ["#c2410c", "#7c2d12", "#0d9488"],
        ];
        let pick = slug.as_str().bytes().fold(0_usize, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(usize::from(byte))
        });
        let [primary, secondary, accent] = PALETTES[pick % PALETTES.len()]
            .map(|colour| Colour::parse(colour).expect("the palettes above are colours"));
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
