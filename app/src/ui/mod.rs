//! The kit: small components that every page is made of, on daisyUI's classes and our own tokens (`style/main.css`).
//!
//! No inline styles (the policy forbids them), no browser calls while rendering, escaped text only.

mod address;
mod badge;
mod button;
mod card;
mod copy;
mod feedback;
mod field;
mod icon;
mod load;
mod mark;
mod menu;
mod page;
mod split_bar;
mod steps;
mod table;

pub(crate) use address::Address;
pub(crate) use badge::Badge;
pub(crate) use button::{LinkButton, Submit};
pub(crate) use card::{Card, Fact, Facts, Figure};
pub(crate) use copy::Copy;
pub(crate) use feedback::{Alert, EmptyState, Problem, Tone};
pub(crate) use field::{Field, Select, TextArea};
pub(crate) use icon::{Icon, IconName};
pub(crate) use load::{loaded, loaded_part};
pub(crate) use mark::Mark;
pub(crate) use menu::Menu;
pub(crate) use page::{Crumb, PageHead, PageTitle};
pub(crate) use split_bar::{SplitBar, SplitPart};
pub(crate) use steps::{Step, StepState, Steps};
pub(crate) use table::{Choice, Pager, SearchBar, Statuses, Table};
