//! The server over real sockets, on a real PostgreSQL.

mod administrators;
mod answers;
mod console;
mod domains;
mod drain;
mod faults;
mod installation;
mod jobs;
mod machines;
mod pages;
mod resolution;
mod sign_in;
mod strangers;
