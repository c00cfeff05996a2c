//! The frame: what every page knows before it asks for anything. Whose site it is, in which language and theme, who is
//! signed in, and what the form before it left behind.
//!
//! The server reads it from the request once and writes it into the HTML as [`text`]; the browser takes it from there, so
//! both halves render the same page. Signing in or out and changing language or theme are whole page loads: the frame never goes stale.

mod flash;
mod packed;
mod text;

pub use {flash::Flash, packed::Packed};

use crate::{edge, when::Zone};
use kernel::{CashbackSplit, Locale};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tenancy::{
    administrators::{AdminSession, Permission},
    branding::Branding,
    modules::{Module, TenantModule},
};

/// What every page knows. Holds no secret.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Whose site.
    pub place: Place,
    /// The language of the page.
    pub locale: Locale,
    /// The chosen theme; the system's when absent.
    pub theme: Option<Theme>,
    /// Whether the console's navigation is icons only.
    pub is_folded: bool,
    /// Who is signed in here.
    pub session: Option<Packed<AdminSession>>,
    /// What the form before this page left behind.
    pub flash: Option<Flash>,
    /// The path and query that were asked for.
    pub path: String,
    /// Scheme and host as the reader sees them, for link previews.
    pub origin: String,
    /// The hours of the site's zone.
    pub zone: Packed<Zone>,
}

/// Whose site a page belongs to.
#[derive(Clone, Debug, Default)]
pub enum Place {
    /// None; only while routes are listed at start.
    #[default]
    Nowhere,
    /// The platform's own.
    Platform,
    /// A club's.
    Club(Box<Club>),
}

/// What everybody may see of a club.
#[derive(Clone, Debug)]
pub struct Club {
    /// Its name as its members know it.
    pub name: String,
    /// The app's icon.
    pub icon_url: Option<String>,
    /// The rest.
    pub details: Packed<ClubDetails>,
}

/// What its own pages show of a club; sign-in does not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClubDetails {
    /// How it looks.
    pub branding: Branding,
    /// Its percentages.
    pub cashback: CashbackSplit,
    /// Its modules.
    pub modules: Vec<TenantModule>,
    /// Its payment to the platform is late.
    pub is_past_due: bool,
}

/// Light or dark, when somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// As in the cookie and in `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads [`Theme::name`].
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.name() == name)
    }
}

impl Frame {
    /// The club, on a club's site.
    pub fn club(&self) -> Option<&Club> {
        match &self.place {
            Place::Club(club) => Some(club),
            Place::Nowhere | Place::Platform => None,
        }
    }

    /// The brand of the site; the platform has none.
    pub fn branding(&self) -> Option<&Branding> {
        self.club().map(|club| &club.details.branding)
    }

    /// What the site is called.
    pub fn site_name(&self) -> &str {
        self.club().map_or("Clube Digital", |club| &club.name)
    }

    /// Whether whoever is signed in may do this. Only decides what is shown; the operation decides again.
    pub fn allows(&self, permission: Permission) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.role.allows(permission))
    }

    /// What was left behind for this form.
    pub fn flash_for(&self, form: &str) -> Option<&Flash> {
        self.flash.as_ref().filter(|flash| flash.form == form)
    }
}

impl Club {
    /// Whether the club has this module switched on.
    pub fn has(&self, module: Module) -> bool {
        self.details
            .modules
            .iter()
            .any(|setting| setting.module_key == module && setting.is_enabled)
    }
}

/// Reads the frame, on the server from the request and in the browser from the page, and provides it to all pages.
pub(crate) fn provide() {
    let read = || {
        use_context::<Arc<Frame>>().map_or_else(edge::read_frame, |frame| frame.as_ref().clone())
    };
    provide_context(Arc::new(SharedValue::new_str(read).into_inner()));
}

/// The page's frame.
pub(crate) fn frame() -> Arc<Frame> {
    use_context::<Arc<Frame>>().unwrap_or_default()
}
