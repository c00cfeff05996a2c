//! Router, commands, jobs and settings of the one binary. Never in here: SQL, business rules, pages.

pub mod commands;
pub mod logs;
pub mod serve;
pub mod settings;
pub mod start;
