//! Icons: our own drawings on a 24-unit grid, drawn with the text's colour. Always beside a word or with one for readers.

use leptos::prelude::*;

/// What an icon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IconName {
    Account,
    Alert,
    Arrow,
    Check,
    Club,
    Copy,
    Cross,
    Document,
    Empty,
    Fold,
    Home,
    Info,
    Key,
    Language,
    Leave,
    Legal,
    Members,
    Menu,
    Modules,
    Open,
    Pix,
    Plus,
    Search,
    Theme,
    Unknown,
    Wait,
    Withdrawal,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            Self::Account => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0",
            Self::Alert => "M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17.2v.1",
            Self::Arrow => "M5 12h14M13 6l6 6-6 6",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Club => "M4 20V9l8-5 8 5v11M4 20h16M9.5 20v-6h5v6",
            Self::Copy => "M9 9h10v11H9zM5 15V4h10",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Document => "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
            Self::Empty => "M4 13l2.5-8h11L20 13v6H4v-6ZM4 13h4.5l1.5 3h4l1.5-3H20",
            Self::Fold => "M4 5h16v14H4zM9.5 5v14M16 9.5L13.5 12l2.5 2.5",
            Self::Home => "M4 11l8-7 8 7M6 9.5V20h12V9.5",
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.7v.1",
            Self::Key => "M8 19a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM10.8 12.2L19 4M15 8l3 3",
            Self::Language => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18"
            }
            Self::Leave => "M10 4H5v16h5M10 12h10M16 8l4 4-4 4",
            Self::Legal => "M12 4v16M7 20h10M5 7h14M5 7l-3 7h6L5 7ZM19 7l-3 7h6l-3-7Z",
            Self::Members => {
                "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5a6.5 6.5 0 0 1 13 0M15.5 5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5"
            }
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Modules => "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM16.5 13v7M13 16.5h7",
            Self::Open => "M14 4h6v6M20 4l-9 9M17 14v6H4V7h6",
            Self::Pix => "M12 3l9 9-9 9-9-9 9-9ZM8 12l4-4 4 4-4 4-4-4Z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5L20 20",
            Self::Theme => "M20 14.5A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.5Z",
            Self::Unknown => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.5 9.6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.7v.1"
            }
            Self::Wait => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2",
            Self::Withdrawal => "M12 14V3M7.5 7.5L12 3l4.5 4.5M4 14v6h16v-6",
        }
    }
}

/// A decoration for the word beside it.
#[component]
pub(crate) fn Icon(
    name: IconName,
    #[prop(default = "size-4 shrink-0")] class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=class viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d=name.path()></path>
        </svg>
    }
}
