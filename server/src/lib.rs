//! Router, commands, jobs and settings of the one binary. Never in here: SQL, business rules, pages.

// Views are types: benchmarks, which do not erase them, nest deeper than the default allows.
#![recursion_limit = "512"]

pub mod commands;
mod docs;
mod health;
mod jobs;
mod layers;
mod listen;
pub mod logs;
pub mod node;
mod pages;
pub mod postgres;
pub mod serve;
pub mod settings;
pub mod site;
pub mod start;
