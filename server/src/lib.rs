//! Router, commands, jobs and settings of the one binary.
