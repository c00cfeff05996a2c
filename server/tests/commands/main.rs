//! The program as a process, on a PostgreSQL of its own in a data folder of its own: killed, run twice at once, run
//! beside another.

mod accounts;
mod creation;
mod data;
mod demo;
mod postgres;
mod reports;
mod servers;
